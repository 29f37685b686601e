/**
 * The keys and values of running sequences: their memory, counted in bytes before anything is
 * admitted.
 *
 * <p><b>Owns</b> that memory; kernels write and read it, nobody else does. A sequence's memory is
 * taken whole when it is admitted and freed when its {@link dev.millrace.workers.text.kv.KvCache}
 * is closed. <b>Thread:</b> the engine's. <b>Must not know</b> what a job is.
 */
@NullMarked
package dev.millrace.workers.text.kv;

import org.jspecify.annotations.NullMarked;
