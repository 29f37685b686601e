/**
 * What a normalizing flow of pictures is to those who sample from it: pictures cut into tokens, and
 * a stack of blocks that are inverted one after another.
 *
 * <p>One sub-package per architecture. <b>Thread:</b> everything that touches a tensor runs on a
 * thread that called {@code Torch.prepareThread} first; a model may be read by several, an {@link
 * dev.millrace.workers.image.flow.Inversion} belongs to one. <b>Must not know</b> in which order
 * tokens are solved for, nor jobs.
 */
@NullMarked
package dev.millrace.workers.image.flow;

import org.jspecify.annotations.NullMarked;
