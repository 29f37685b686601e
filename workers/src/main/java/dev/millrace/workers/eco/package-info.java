/**
 * EcoFormer's attention as it is published (arXiv 2209.09004): one projection for queries and keys,
 * whose tokens a kernelised hash turns into codes of signs, so that attention becomes sums.
 *
 * <p>Everything here is one operation after another in f32, and differentiable. <b>Owns</b>
 * nothing: arrays live in the scopes of what they are made from. <b>Thread:</b> the caller's.
 * <b>Must not know</b> what the tokens are: pieces of pictures, or of texts.
 */
@NullMarked
package dev.millrace.workers.eco;

import org.jspecify.annotations.NullMarked;
