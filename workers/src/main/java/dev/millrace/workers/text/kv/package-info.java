/**
 * The keys and values of running sequences: their memory, counted in bytes before anything is
 * admitted. And of prompts before them, as far as there is room.
 *
 * <p><b>Owns</b> that memory; kernels write and read it, nobody else does. A sequence's memory is
 * taken whole when it is admitted and freed when its {@link dev.millrace.workers.text.kv.KvCache}
 * is closed. A layer with a window has memory for what it sees and not for more, and so has one
 * with tails ({@link dev.millrace.workers.text.kv.Look} says how a sequence looks). What is kept
 * ({@link dev.millrace.workers.text.kv.PrefixCache}) goes when a sequence needs the room.
 * <b>Thread:</b> the engine's. <b>Must not know</b> what a job is.
 */
@NullMarked
package dev.millrace.workers.text.kv;

import org.jspecify.annotations.NullMarked;
