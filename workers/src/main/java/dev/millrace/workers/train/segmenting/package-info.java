/**
 * Measures segmentation: what Zip finds beside SAM's automatic mode with the same weights, and how
 * soon.
 */
@NullMarked
package dev.millrace.workers.train.segmenting;

import org.jspecify.annotations.NullMarked;
