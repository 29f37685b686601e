/**
 * Which pixels belong to a thing: masks as bits, their pieces, outlines and overlaps, and the ways
 * they are written down (COCO's run lengths and polygons, PNG).
 *
 * <p><b>Owns</b> nothing. <b>Thread:</b> the caller's; everything is immutable. <b>Must not
 * know</b> how a mask was found.
 */
@NullMarked
package dev.millrace.workers.segment.mask;

import org.jspecify.annotations.NullMarked;
