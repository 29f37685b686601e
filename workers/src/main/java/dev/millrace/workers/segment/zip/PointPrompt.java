package dev.millrace.workers.segment.zip;

/**
 * A place in a picture.
 *
 * @param x from the left, in pixels
 * @param y from the top, in pixels
 * @param isInside whether the thing that is asked for covers it; else it is known not to
 */
public record PointPrompt(double x, double y, boolean isInside) {}
