package dev.millrace.workers.train.longtext;

import dev.millrace.workers.text.kv.chunk.ChunkSettings;
import dev.millrace.workers.text.kv.chunk.ChunkSettings.Keys;
import dev.millrace.workers.text.kv.chunk.ChunkSettings.Triggers;
import dev.millrace.workers.text.kv.chunk.ChunkSettings.Vote;

import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * One way to attend to a long text.
 *
 * @param adapters which of the adapters score
 * @param settings how chunks are made and selected; nothing of it matters to {@link Way#DENSE}
 */
record Arm(String name, Adapters adapters, Way way, ChunkSettings settings) {
    /** Which adapters. */
    enum Adapters {
        /** Those that the model is served with. */
        OURS,
        /** Taught as published. */
        PAPER
    }

    /** What is attended to. */
    enum Way {
        /** Everything. */
        DENSE,
        /** Everything, by the kernels that read prompts. */
        DENSE_LIBTORCH,
        /** What adapters score highest. */
        SCORED,
        /** The chunks that this token attends to most, which costs more than it saves. */
        ORACLE,
        /** As many chunks as would be selected, whichever. */
        RANDOM
    }

    static final Arm DENSE = new Arm("dense", Adapters.OURS, Way.DENSE, ChunkSettings.PAPER);
    static final Arm DENSE_LIBTORCH =
            new Arm("dense-libtorch", Adapters.OURS, Way.DENSE_LIBTORCH, ChunkSettings.PAPER);
    static final Arm BEST = scored("best", ChunkSettings.BEST);
    static final Arm PAPER = new Arm("paper", Adapters.PAPER, Way.SCORED, ChunkSettings.PAPER);

    private static final int FIXED = 12; // tokens of a chunk that ends nowhere in particular

    static Arm scored(String name, ChunkSettings settings) {
        return new Arm(name, Adapters.OURS, Way.SCORED, settings);
    }

    /** This arm's figure of several; no number if there is none. */
    double of(Map<String, Double> figures, String figure) {
        return figures.getOrDefault(name + "." + figure, Double.NaN);
    }

    /** Whether figures are claimed for it; the others are there to be compared with. */
    boolean isClaimed() {
        return equals(DENSE) || equals(BEST);
    }

    /** All that are compared, {@link #DENSE} first. */
    static List<Arm> all() {
        var best = ChunkSettings.BEST;
        return List.of(
                DENSE,
                BEST,
                PAPER,
                new Arm("oracle", Adapters.OURS, Way.ORACLE, best),
                scored("fixed", best.withLengths(FIXED, FIXED)),
                new Arm("random", Adapters.OURS, Way.RANDOM, best),
                scored("window", best.withMost(0, best.most() + best.local())));
    }

    /** What each of our changes to the paper is worth: {@link #BEST} without it. */
    static List<Arm> ablations() {
        var best = ChunkSettings.BEST;
        return Stream.of(
                        scored("best-weighted-vote", best.with(Vote.WEIGHTED)),
                        scored("best-count-vote", best.with(Vote.COUNT)),
                        scored("best-no-extra-triggers", best.with(Triggers.NONE)),
                        scored("best-double", best.withMost(best.most() * 2, best.local())),
                        scored("best-half", best.withMost(best.most() / 2, best.local())),
                        new Arm("paper-teaching", Adapters.PAPER, Way.SCORED, best.with(Keys.LAST)))
                .toList();
    }
}
