/**
 * Scenes of many objects with exact masks, made from seeds; how well masks that were found agree
 * with them, as COCO counts; and what the boundary mechanism alone finds in features.
 *
 * <p><b>Owns</b> what the scenes look like. <b>Thread:</b> the caller's; everything is immutable.
 * <b>Must not know</b> how masks are found.
 */
@NullMarked
package dev.millrace.workers.train.scenes;

import org.jspecify.annotations.NullMarked;
