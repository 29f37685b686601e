package dev.millrace.workers.segment;

import dev.millrace.workers.segment.clip.Similarity;
import dev.millrace.workers.segment.mask.Nms;
import dev.millrace.workers.segment.zip.BestFirst;
import dev.millrace.workers.segment.zip.MaskRules;
import dev.millrace.workers.segment.zip.ZipSettings;

/**
 * How things are found, from pixels to masks.
 *
 * @param clipSide pixels along each side of the square in which classes are looked for
 * @param surgeryDepth layers of CLIP that are operated
 * @param axis along what similarities are normalised
 * @param pools whether a mask's score depends on what it covers, or on its class's presence alone
 * @param batch prompts that are drawn at once
 */
public record Recipe(
        int clipSide,
        int surgeryDepth,
        Similarity.Axis axis,
        Boundaries boundaries,
        Presence presence,
        ZipSettings zip,
        MaskRules rules,
        boolean pools,
        Nms nms,
        boolean nmsByClass,
        int batch) {
    private static final int BATCH = 16;

    /** As the released code does what it does, and as the paper is summarised beyond it. */
    public static final Recipe PUBLISHED =
            new Recipe(
                    512,
                    6,
                    Similarity.Axis.TOKENS,
                    new Boundaries(Boundaries.Source.TRUNK, 2048, 128),
                    Presence.PUBLISHED,
                    ZipSettings.PUBLISHED,
                    MaskRules.PUBLISHED,
                    false,
                    new Nms(0.7),
                    false,
                    BATCH);

    /** With what has been found to help. */
    public static final Recipe BEST =
            new Recipe(
                    512,
                    6,
                    Similarity.Axis.CHANNELS,
                    new Boundaries(Boundaries.Source.COLOURS, 2048, 128),
                    Presence.PUBLISHED,
                    ZipSettings.BEST,
                    MaskRules.BEST,
                    true,
                    new Nms(0.7),
                    false,
                    BATCH);

    public Recipe {
        if (clipSide < 1 || surgeryDepth < 1 || batch < 1) {
            throw new IllegalArgumentException(
                    "side, depth and batch must be positive, were %d, %d and %d"
                            .formatted(clipSide, surgeryDepth, batch));
        }
    }

    BestFirst.Telling telling(int most, double minScore) {
        return new BestFirst.Telling(nms, nmsByClass, batch, most, minScore);
    }

    /** As published, for these networks. */
    public Recipe published() {
        return PUBLISHED
                .at(clipSide, surgeryDepth, presence)
                .with(boundaries.from(Boundaries.Source.TRUNK))
                .with(PUBLISHED.zip().withLeast(0, zip.minShare()))
                .with(PUBLISHED.rules().withMinStability(rules.minStability()));
    }

    /** The same for networks of other sizes. */
    public Recipe at(int newClipSide, int newDepth, Presence newPresence) {
        return new Recipe(
                newClipSide,
                newDepth,
                axis,
                boundaries,
                newPresence,
                zip,
                rules,
                pools,
                nms,
                nmsByClass,
                batch);
    }

    /** The same with boundaries looked for in something else. */
    public Recipe with(Boundaries newBoundaries) {
        return new Recipe(
                clipSide,
                surgeryDepth,
                axis,
                newBoundaries,
                presence,
                zip,
                rules,
                pools,
                nms,
                nmsByClass,
                batch);
    }

    /** The same with another way from clusters to things. */
    public Recipe with(ZipSettings newZip) {
        return new Recipe(
                clipSide,
                surgeryDepth,
                axis,
                boundaries,
                presence,
                newZip,
                rules,
                pools,
                nms,
                nmsByClass,
                batch);
    }

    /** The same with other rules for masks. */
    public Recipe with(MaskRules newRules) {
        return new Recipe(
                clipSide,
                surgeryDepth,
                axis,
                boundaries,
                presence,
                zip,
                newRules,
                pools,
                nms,
                nmsByClass,
                batch);
    }

    /** The same with similarities normalised along another axis. */
    public Recipe along(Similarity.Axis newAxis) {
        return new Recipe(
                clipSide,
                surgeryDepth,
                newAxis,
                boundaries,
                presence,
                zip,
                rules,
                pools,
                nms,
                nmsByClass,
                batch);
    }

    /** The same where a mask's score depends on its class's presence alone. */
    public Recipe withoutPooling() {
        return new Recipe(
                clipSide,
                surgeryDepth,
                axis,
                boundaries,
                presence,
                zip,
                rules,
                false,
                nms,
                nmsByClass,
                batch);
    }

    /** The same with other numbers of prompts drawn at once; the masks are the same. */
    public Recipe inBatchesOf(int prompts) {
        return new Recipe(
                clipSide,
                surgeryDepth,
                axis,
                boundaries,
                presence,
                zip,
                rules,
                pools,
                nms,
                nmsByClass,
                prompts);
    }
}
