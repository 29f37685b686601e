package dev.millrace.workers.segment.zip;

import dev.millrace.workers.segment.mask.Mask;

/**
 * Why a prompt is given: a class is said to have a thing there.
 *
 * @param label of the class
 * @param region where the thing was found
 * @param active the pixels of the picture where the class is active
 */
public record Claim(int label, Region region, Mask active) {}
