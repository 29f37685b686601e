package dev.millrace.workers.train.scenes;

import dev.millrace.workers.segment.mask.Mask;

/**
 * An object that is in a picture.
 *
 * @param mask of what is visible of it
 * @param label of its class, from 0
 * @param isIgnored whether finding it counts neither for nor against: what lies inside it is
 *     overlooked, however often it is found (COCO's {@code iscrowd})
 */
public record Truth(Mask mask, int label, boolean isIgnored) {}
