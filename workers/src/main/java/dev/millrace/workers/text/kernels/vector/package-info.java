/**
 * Decoders on the Java Vector API: the tensors' own memory, read once per step, nothing gathered
 * and nothing copied.
 *
 * <p>{@link dev.millrace.workers.text.kernels.vector.VectorKernels} is for a few sequences at a
 * time on a CPU, where memory is what limits. A row's sums are made in one order, however many rows
 * stand beside it, so a sequence's numbers never depend on its neighbours.
 */
@NullMarked
package dev.millrace.workers.text.kernels.vector;

import org.jspecify.annotations.NullMarked;
