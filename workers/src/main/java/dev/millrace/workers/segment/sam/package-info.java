/**
 * SAM (Kirillov et al., <i>Segment Anything</i>, 2304.02643) from Hugging Face folders: a picture
 * is embedded once and then asked with points, boxes and masks; and SAM's own automatic mode.
 *
 * <p><b>Thread:</b> as {@code workers.tensor} asks. <b>Must not know</b> CLIP or jobs.
 */
@NullMarked
package dev.millrace.workers.segment.sam;

import org.jspecify.annotations.NullMarked;
