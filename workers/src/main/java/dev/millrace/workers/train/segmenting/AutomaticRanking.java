package dev.millrace.workers.train.segmenting;

import dev.millrace.workers.segment.sam.AutomaticMasks.Found;
import dev.millrace.workers.segment.sam.AutomaticSettings;

/**
 * How the automatic mode chooses and ranks masks.
 *
 * @param stabilityPower to which power a mask's stability counts beside its quality: 0 as SAM has
 *     it, 1 as our own scores have it
 */
record AutomaticRanking(AutomaticSettings settings, double stabilityPower) {
    /** SAM's own thresholds and order. */
    static final AutomaticRanking PUBLISHED = new AutomaticRanking(AutomaticSettings.PUBLISHED, 0);

    double score(Found found) {
        return found.quality() * Math.pow(found.mask().stability(), stabilityPower);
    }
}
