/**
 * PyTorch's checkpoints, as {@code torch.save} writes them of a state dict: read without running
 * anything that is in them.
 *
 * <p>A checkpoint is a program for a stack machine that may call any Python function. {@code
 * Unpickler} knows the few instructions and the five names that a state dict of tensors needs, and
 * refuses every other. <b>Thread:</b> any one. <b>Must not know</b> what the tensors are for.
 */
@NullMarked
package dev.millrace.workers.tensor.checkpoint;

import org.jspecify.annotations.NullMarked;
