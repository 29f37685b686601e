/**
 * Decoders as one TorchScript call per step, in f32 or bf16: few calls from Java, every operator of
 * libtorch, keys and values written in place.
 */
@NullMarked
package dev.millrace.workers.text.kernels.torch;

import org.jspecify.annotations.NullMarked;
