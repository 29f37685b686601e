/**
 * A TarFlow's sweeps in plain Java on a CPU, as many floats at once as it can: for small models,
 * whose few rows are over before a tensor library has got ready.
 *
 * <p>Every row of a product, every token's attention is summed in one order, whatever is computed
 * beside it and whether or not the compiler has come by: the same bits, always. <b>Thread:</b> an
 * inversion's, one at a time. <b>Must not know</b> files, tensors, nor in which order tokens are
 * solved for.
 */
@NullMarked
package dev.millrace.workers.image.flow.tarflow.vector;

import org.jspecify.annotations.NullMarked;
