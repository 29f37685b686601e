/**
 * What the networks of this kind are built of: products, norms and attention, as script text.
 *
 * <p><b>Must not know</b> any architecture.
 */
@NullMarked
package dev.millrace.workers.segment.blocks;

import org.jspecify.annotations.NullMarked;
