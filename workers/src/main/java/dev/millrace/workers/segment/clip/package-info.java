/**
 * CLIP (Radford et al., <i>Learning Transferable Visual Models From Natural Language
 * Supervision</i>, 2103.00020) from Hugging Face folders, CLIP Surgery (Li et al., 2304.05653) on
 * its weights, and CLIP's residual network up to the stage in which Zip looks for boundaries.
 *
 * <p><b>Thread:</b> as {@code workers.tensor} asks. <b>Must not know</b> SAM, jobs or masks.
 */
@NullMarked
package dev.millrace.workers.segment.clip;

import org.jspecify.annotations.NullMarked;
