package dev.millrace.workers.segment.zip;

import dev.millrace.workers.segment.mask.Mask;

import java.util.List;

/**
 * All masks of a class are as sure as that the class is in the picture at all.
 *
 * @param presence by class, each in [0, 1]
 */
public record PresenceScores(List<Double> presence) implements ClassScores {
    public PresenceScores {
        presence = List.copyOf(presence);
        if (!presence.stream().allMatch(share -> share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("presences must be 0..1, were " + presence);
        }
    }

    @Override
    public double bound(int label) {
        return presence.get(label);
    }

    @Override
    public double of(int label, Mask mask) {
        return presence.get(label);
    }
}
