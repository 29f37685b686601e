/**
 * The arithmetic of decoders behind one seam.
 *
 * <p>{@link dev.millrace.workers.text.kernels.DecoderKernels} is what the engine calls; {@code
 * eager} is the plain version that the others are held to, {@code torch} the one for prompts and
 * wide batches, {@code vector} the one for a few sequences on a CPU; {@link
 * dev.millrace.workers.text.kernels.Paired} uses both on the same caches. <b>Owns</b> the weights'
 * memory. <b>Thread:</b> the one that loaded them. <b>Must not know</b> jobs, tokens' text, or
 * which sequence belongs to whom.
 */
@NullMarked
package dev.millrace.workers.text.kernels;

import org.jspecify.annotations.NullMarked;
