/**
 * Text: from a job's prompt to a stream of tokens, many jobs at a time.
 *
 * <p>{@link dev.millrace.workers.text.TextKind} opens a model's folder, {@code TextEngine} runs it:
 * one loop, in which jobs join and leave between steps. <b>Owns</b> the loaded model and the memory
 * of running sequences. <b>Thread:</b> prompts are read on the caller's thread, everything after
 * that happens on the engine's own. <b>Must not know</b> Kafka, nor how tensors are multiplied.
 */
@NullMarked
package dev.millrace.workers.text;

import org.jspecify.annotations.NullMarked;
