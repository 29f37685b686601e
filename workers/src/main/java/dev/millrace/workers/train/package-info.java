/**
 * Offline programs: what trains, calibrates and writes the models that ship.
 *
 * <p><b>Owns</b> the parameters, gradients and optimiser state of the run. <b>Thread:</b>
 * everything runs on the caller's thread; the engine allows one gradient collector per process.
 * <b>Must not know</b> Kafka, jobs or streams.
 */
@NullMarked
package dev.millrace.workers.train;

import org.jspecify.annotations.NullMarked;
