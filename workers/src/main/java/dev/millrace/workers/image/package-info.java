/**
 * Pictures: from a job's class and seed to previews and the picture, many jobs at a time.
 *
 * <p>{@link dev.millrace.workers.image.ImageKind} opens a model's folder, {@code ImageEngine} runs
 * it: one loop, in which pictures join and leave between sweeps. <b>Owns</b> the loaded model and
 * the memory of pictures that are being made. <b>Thread:</b> jobs are checked on the caller's
 * thread, everything after that happens on the engine's own. <b>Must not know</b> Kafka, nor how
 * tensors are multiplied.
 */
@NullMarked
package dev.millrace.workers.image;

import org.jspecify.annotations.NullMarked;
