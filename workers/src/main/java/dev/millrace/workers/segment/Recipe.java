package dev.millrace.workers.segment;

import dev.millrace.workers.segment.clip.Similarity;
import dev.millrace.workers.segment.mask.Nms;
import dev.millrace.workers.segment.zip.BestFirst;
import dev.millrace.workers.segment.zip.MaskRules;
import dev.millrace.workers.segment.zip.ZipSettings;

/**
 * How things are found, from pixels to masks.
 *
 * @param looking how CLIP is shown the picture
 * @param boundaries in what boundaries between things are looked for
 * @param presence which classes are taken to be there
 * @param zip from clusters to things
 * @param rules which masks are good
 * @param ranking in what order they are told
 */
public record Recipe(
        Looking looking,
        Boundaries boundaries,
        Presence presence,
        ZipSettings zip,
        MaskRules rules,
        Ranking ranking) {
    private static final Ranking PUBLISHED_RANKING = new Ranking(false, new Nms(0.7), false, 16);

    /** As the released code does what it does, and as the paper is summarised beyond it. */
    public static final Recipe PUBLISHED =
            new Recipe(
                    new Looking(512, 6, Similarity.Axis.TOKENS),
                    new Boundaries(Boundaries.Source.TRUNK, 2048, 128),
                    Presence.PUBLISHED,
                    ZipSettings.PUBLISHED,
                    MaskRules.PUBLISHED,
                    PUBLISHED_RANKING);

    /** With what has been found to help. */
    public static final Recipe BEST =
            new Recipe(
                    new Looking(512, 6, Similarity.Axis.CHANNELS),
                    new Boundaries(Boundaries.Source.COLOURS, 2048, 128),
                    Presence.PUBLISHED,
                    ZipSettings.BEST,
                    MaskRules.BEST,
                    PUBLISHED_RANKING.pooled(true));

    /**
     * How CLIP is shown a picture.
     *
     * @param side pixels along each side of the square in which classes are looked for
     * @param depth layers of CLIP that are operated
     * @param axis along what similarities are normalised
     */
    public record Looking(int side, int depth, Similarity.Axis axis) {
        public Looking {
            if (side < 1 || depth < 1) {
                throw new IllegalArgumentException(
                        "side and depth must be positive, were %d and %d".formatted(side, depth));
            }
        }
    }

    /**
     * How masks are ranked and told.
     *
     * @param pools whether a mask's score depends on what it covers, or on its class's presence
     *     alone
     * @param nms which masks are too much alike
     * @param byClass whether only masks of the same class rival
     * @param batch prompts that are drawn at once
     */
    public record Ranking(boolean pools, Nms nms, boolean byClass, int batch) {
        public Ranking {
            if (batch < 1) {
                throw new IllegalArgumentException("batch must be positive, was " + batch);
            }
        }

        Ranking pooled(boolean now) {
            return new Ranking(now, nms, byClass, batch);
        }

        Ranking inBatchesOf(int prompts) {
            return new Ranking(pools, nms, byClass, prompts);
        }
    }

    BestFirst.Telling telling(int most, double minScore) {
        return new BestFirst.Telling(
                ranking.nms(), ranking.byClass(), ranking.batch(), most, minScore);
    }

    /** As published, for these networks. */
    public Recipe published() {
        return PUBLISHED
                .at(looking.side(), looking.depth(), presence)
                .with(boundaries.from(Boundaries.Source.TRUNK))
                .with(PUBLISHED.zip().withLeast(0, zip.minShare()))
                .with(PUBLISHED.rules().withMinStability(rules.minStability()));
    }

    /** The same for networks of other sizes. */
    public Recipe at(int side, int depth, Presence newPresence) {
        var shown = new Looking(side, depth, looking.axis());
        return new Recipe(shown, boundaries, newPresence, zip, rules, ranking);
    }

    /** The same with boundaries looked for in something else. */
    public Recipe with(Boundaries newBoundaries) {
        return new Recipe(looking, newBoundaries, presence, zip, rules, ranking);
    }

    /** The same with another way from clusters to things. */
    public Recipe with(ZipSettings newZip) {
        return new Recipe(looking, boundaries, presence, newZip, rules, ranking);
    }

    /** The same with other rules for masks. */
    public Recipe with(MaskRules newRules) {
        return new Recipe(looking, boundaries, presence, zip, newRules, ranking);
    }

    /** The same with similarities normalised along another axis. */
    public Recipe along(Similarity.Axis axis) {
        var shown = new Looking(looking.side(), looking.depth(), axis);
        return new Recipe(shown, boundaries, presence, zip, rules, ranking);
    }

    /** The same where a mask's score depends on its class's presence alone. */
    public Recipe withoutPooling() {
        return new Recipe(looking, boundaries, presence, zip, rules, ranking.pooled(false));
    }

    /** The same with other numbers of prompts drawn at once; the masks are the same. */
    public Recipe inBatchesOf(int prompts) {
        return new Recipe(looking, boundaries, presence, zip, rules, ranking.inBatchesOf(prompts));
    }
}
