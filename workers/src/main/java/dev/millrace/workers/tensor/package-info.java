/**
 * The ground that every model stands on: weights on disk, tensors in memory, numbers from a seed.
 *
 * <p><b>Owns</b> the way to libtorch: {@link dev.millrace.workers.tensor.Torch} prepares threads,
 * {@link dev.millrace.workers.tensor.Script} runs TorchScript that we write as text, {@link
 * dev.millrace.workers.tensor.Tensors} makes what DJL has no words for (bf16). <b>Thread:</b>
 * {@code Safetensors}, {@code ElementType} and {@code Generator} are safe anywhere; everything that
 * touches a tensor runs on a thread that called {@code Torch.prepareThread} first. <b>Must not
 * know</b> jobs, kinds or architectures.
 */
@NullMarked
package dev.millrace.workers.tensor;

import org.jspecify.annotations.NullMarked;
