/**
 * From logits to the next token.
 *
 * <p><b>Owns</b> the arithmetic of sampling; a token is a function of its logits, the parameters,
 * the seed and its index, so whoever takes a stream over draws the same one. <b>Thread:</b> a
 * {@link dev.millrace.workers.text.sample.Sampler} belongs to the engine's thread. <b>Must not
 * know</b> tokenizers, models or jobs.
 */
@NullMarked
package dev.millrace.workers.text.sample;

import org.jspecify.annotations.NullMarked;
