/**
 * Pictures as networks take them: resized, normalised, padded; and maps brought back to a picture's
 * size.
 */
@NullMarked
package dev.millrace.workers.segment.picture;

import org.jspecify.annotations.NullMarked;
