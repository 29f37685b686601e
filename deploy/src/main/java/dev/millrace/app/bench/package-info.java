/**
 * Measures the path from a worker's emit to a client: programs, not tests.
 *
 * <p>Three processes: the one that is measured ({@link dev.millrace.app.bench.BenchServer}: broker,
 * gateway and worker with a source that needs no model), the client ({@link
 * dev.millrace.app.bench.LoadClient}), and the one that drives and prints ({@link
 * dev.millrace.app.bench.StreamBench}). All clocks are the kernel's one monotonic clock, so times
 * taken in two processes may be subtracted.
 */
@NullMarked
package dev.millrace.app.bench;

import org.jspecify.annotations.NullMarked;
