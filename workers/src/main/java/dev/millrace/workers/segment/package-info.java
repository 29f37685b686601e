/**
 * The segmentation kind: a picture is looked at once, classes and places are asked about, and masks
 * are told one by one, best first.
 *
 * <p>{@code clip} and {@code sam} are the networks, {@code zip} decides what to draw and which
 * masks stand, {@code mask} is what they are made of, {@code picture} reads files.
 */
@NullMarked
package dev.millrace.workers.segment;

import org.jspecify.annotations.NullMarked;
