package dev.millrace.workers.segment.zip;

import dev.millrace.workers.segment.mask.Mask;
import dev.millrace.workers.segment.zip.MaskDecoder.Candidate;

import java.util.List;
import java.util.Optional;

/**
 * Which of a prompt's candidates stands for the thing, and whether it is good enough.
 *
 * @param minStability of the mask
 * @param minArea of the mask, in pixels
 * @param minActive the share of the mask where its class is active
 * @param minOverlap of the mask with the place where the thing was found
 * @param maxQuality what the decoder's own estimate of a mask is cut to, in (0, 1]
 * @param overlapPower to which power the overlap counts beside the quality when one of several
 *     candidates is chosen
 * @param stabilityPower to which power the stability counts in a score; 0 or more
 */
public record MaskRules(
        double minStability,
        int minArea,
        double minActive,
        double minOverlap,
        double maxQuality,
        double overlapPower,
        double stabilityPower) {
    /** As the paper is read: a score is the class's and the quality's geometric mean. */
    public static final MaskRules PUBLISHED = new MaskRules(0.85, 30, 0.3, 0.2, 1, 0.5, 0);

    /** With what has been found to help: masks with blurred edges rank lower. */
    public static final MaskRules BEST = new MaskRules(0.85, 30, 0.3, 0.2, 1, 0.25, 1);

    /** Below this overlap with the place candidates do not differ by it. */
    private static final double LEAST_OVERLAP = 0.01;

    public MaskRules {
        if (!(maxQuality > 0 && maxQuality <= 1)) {
            throw new IllegalArgumentException(
                    "the greatest quality must be above 0 and at most 1, was " + maxQuality);
        }
        if (!(overlapPower >= 0 && stabilityPower >= 0)) {
            throw new IllegalArgumentException(
                    "powers must be 0 or more, were %s and %s"
                            .formatted(overlapPower, stabilityPower));
        }
    }

    /** The mask for a claim on a prompt's candidates, if one is good enough. */
    Optional<Proposal> choose(Claim claim, List<Candidate> candidates, ClassScores scores) {
        if (candidates.isEmpty()) {
            return Optional.empty();
        }
        var like = candidates.getFirst().mask();
        var place = claim.region().cells().resized(like.height(), like.width());
        var best = candidates.getFirst();
        for (var candidate : candidates) {
            best = worth(candidate, place) > worth(best, place) ? candidate : best;
        }
        return isGood(best, claim, place)
                ? Optional.of(proposal(best, claim, scores))
                : Optional.empty();
    }

    private double worth(Candidate candidate, Mask place) {
        double overlap = Math.max(LEAST_OVERLAP, candidate.mask().iou(place));
        return candidate.iou() * Math.pow(overlap, overlapPower);
    }

    private boolean isGood(Candidate candidate, Claim claim, Mask place) {
        var mask = candidate.mask();
        return candidate.stability() >= minStability
                && mask.area() >= Math.max(1, minArea)
                && mask.intersection(claim.active()) >= minActive * mask.area()
                && mask.iou(place) >= minOverlap;
    }

    private Proposal proposal(Candidate candidate, Claim claim, ClassScores scores) {
        double quality = Math.clamp(candidate.iou(), 0, maxQuality);
        double sure = scores.of(claim.label(), candidate.mask());
        double steady = Math.pow(candidate.stability(), stabilityPower);
        return new Proposal(candidate.mask(), claim.label(), Math.sqrt(sure * quality) * steady);
    }

    /** The same for masks that are less stable. */
    public MaskRules withMinStability(double least) {
        return new MaskRules(
                least, minArea, minActive, minOverlap, maxQuality, overlapPower, stabilityPower);
    }

    /** The same where stability does not count in a score. */
    public MaskRules withoutStability() {
        return new MaskRules(
                minStability, minArea, minActive, minOverlap, maxQuality, overlapPower, 0);
    }

    /** What no proposal for the ask exceeds. */
    double bound(Ask ask, ClassScores scores) {
        double surest =
                ask.claims().stream()
                        .mapToDouble(each -> scores.bound(each.label()))
                        .max()
                        .orElse(0);
        return Math.sqrt(surest * maxQuality);
    }
}
