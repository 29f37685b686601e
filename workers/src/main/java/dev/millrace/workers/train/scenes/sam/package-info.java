/**
 * The small SAM that ships: what it is asked about scenes, what it learns from, and the training.
 *
 * <p>A scene's prompts each mean one mask of it: an object, a decal on one, touching objects of one
 * class, or a field of the background ({@link dev.millrace.workers.train.scenes.sam.PromptMix}).
 * That is how SA-1B's masks are: whatever has an outline, large and small. So the mix decides how
 * often a lone point is ambiguous, and belongs to every figure that is taken with this model.
 *
 * <p><b>Owns</b> the loss and the format of the model's folder. <b>Thread:</b> the caller's;
 * batches are made on others. <b>Must not know</b> how the model is served.
 */
@NullMarked
package dev.millrace.workers.train.scenes.sam;

import org.jspecify.annotations.NullMarked;
