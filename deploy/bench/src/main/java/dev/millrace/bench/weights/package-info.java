/**
 * Random weights, once as a Hugging Face folder and once as GGUF files, so that every peer computes
 * with the same numbers.
 *
 * <p>A tensor's values are a function of its name alone. <b>Must not know</b> who reads them.
 */
@NullMarked
package dev.millrace.bench.weights;

import org.jspecify.annotations.NullMarked;
