package dev.millrace.workers.text.kv.chunk;

import java.util.function.Consumer;

/**
 * How chunks are made and selected.
 *
 * @param threshold a token whose boundary probability exceeds it ends a chunk (the paper's alpha)
 * @param shortest no chunk ends before it has so many tokens
 * @param longest a chunk ends when it has so many tokens
 * @param local newest whole chunks that are always seen
 * @param most chunks selected beside the first and the local ones (the paper's k)
 * @param mass chunks are selected until their scores sum to this share; 1: always {@code most}
 * @param keys what a chunk's key is made of
 * @param vote how the scorers agree on one list, if they do
 * @param denseBelow tokens up to which everything is seen
 * @param mostOfPrompt chunks that each scoring layer selects for a block of a prompt; 0: it sees
 *     everything
 */
public record ChunkSettings(
        double threshold,
        int shortest,
        int longest,
        int local,
        int most,
        double mass,
        Keys keys,
        Vote vote,
        Triggers triggers,
        int denseBelow,
        int mostOfPrompt) {

    /** What a chunk's key is made of. */
    public enum Keys {
        /** The adapted key of its last token, as published. */
        LAST,
        /** The mean of its tokens' adapted keys. */
        MEAN,
        /**
         * The same, and its first and its last token's key, each adapted by a map of its own: a
         * mean says little of how a sentence begins. A chunk of more tokens scores higher.
         */
        MEAN_AND_ENDS;

        /** Keys that are made of one token's. */
        public int parts() {
            return switch (this) {
                case LAST, MEAN -> 1;
                case MEAN_AND_ENDS -> 3;
            };
        }
    }

    /** How the scorers agree on one list. */
    public enum Vote {
        /** The chunks that are among the best of most scorers, as published. */
        COUNT,
        /** The chunks with the largest weighted sum of the scorers' shares. */
        WEIGHTED,
        /**
         * They do not: each has a list of its own, selected with the query of the very token that
         * attends.
         */
        NONE
    }

    /**
     * When to select anew, beside the end of a chunk.
     *
     * @param into selects at each of the first so many tokens of a chunk
     * @param every selects after so many tokens without a selection; 0: never
     */
    public record Triggers(int into, int every) {
        /** At the ends of chunks only, as published. */
        public static final Triggers NONE = new Triggers(0, 0);
    }

    /** As published, for contexts of up to 120K tokens (section 4.3). */
    public static final ChunkSettings PAPER =
            new ChunkSettings(0.5, 4, 64, 16, 256, 1, Keys.LAST, Vote.COUNT, Triggers.NONE, 0);

    /** With prompts that see everything. */
    public ChunkSettings(
            double threshold,
            int shortest,
            int longest,
            int local,
            int most,
            double mass,
            Keys keys,
            Vote vote,
            Triggers triggers,
            int denseBelow) {
        this(threshold, shortest, longest, local, most, mass, keys, vote, triggers, denseBelow, 0);
    }

    /**
     * With what we change: keys that stand for whole sentences, lists of each head's own, selected
     * at every token, and everything seen while there is little of it.
     */
    public static final ChunkSettings BEST =
            new ChunkSettings(
                    0.5,
                    4,
                    64,
                    16,
                    240,
                    1,
                    Keys.MEAN_AND_ENDS,
                    Vote.NONE,
                    new Triggers(64, 0),
                    12_288);

    /** The same with other lengths of chunks. */
    public ChunkSettings withLengths(int least, int greatest) {
        return but(changes -> {
            changes.shortest = least;
            changes.longest = greatest;
        });
    }

    /** The same with other numbers of chunks. */
    public ChunkSettings withMost(int selected, int newest) {
        return but(changes -> {
            changes.most = selected;
            changes.local = newest;
        });
    }

    /** The same with another vote. */
    public ChunkSettings with(Vote other) {
        return but(changes -> changes.vote = other);
    }

    /** The same with other triggers. */
    public ChunkSettings with(Triggers other) {
        return but(changes -> changes.triggers = other);
    }

    /** The same, where everything is seen up to so many tokens. */
    public ChunkSettings withDenseBelow(int other) {
        return but(changes -> changes.denseBelow = other);
    }

    /** The same with other keys. */
    public ChunkSettings with(Keys other) {
        return but(changes -> changes.keys = other);
    }

    /** The same, where a block of a prompt sees so many chunks of each layer; 0: everything. */
    public ChunkSettings withMostOfPrompt(int other) {
        return but(changes -> changes.mostOfPrompt = other);
    }

    /**
     * Whether a chunk of so many tokens ends, when a sentence does or does not end with its last.
     */
    public boolean ends(int size, boolean isSentenceEnd) {
        return size >= longest || (isSentenceEnd && size >= shortest);
    }

    public ChunkSettings {
        if (!(threshold > 0 && threshold < 1)) {
            throw new IllegalArgumentException(
                    "threshold must be between 0 and 1, was " + threshold);
        }
        if (shortest < 1 || longest < shortest) {
            throw new IllegalArgumentException(
                    "shortest must be at least 1 and at most longest, were "
                            + shortest
                            + " and "
                            + longest);
        }
        if (local < 0 || most < 0 || denseBelow < 0 || mostOfPrompt < 0) {
            throw new IllegalArgumentException(
                    "local, most, denseBelow and mostOfPrompt must not be negative, were "
                            + local
                            + ", "
                            + most
                            + ", "
                            + denseBelow
                            + " and "
                            + mostOfPrompt);
        }
        if (!(mass > 0 && mass <= 1)) {
            throw new IllegalArgumentException("mass must be in (0, 1], was " + mass);
        }
    }

    private ChunkSettings but(Consumer<Changes> change) {
        var changes = new Changes(this);
        change.accept(changes);
        return new ChunkSettings(
                threshold,
                changes.shortest,
                changes.longest,
                changes.local,
                changes.most,
                mass,
                changes.keys,
                changes.vote,
                changes.triggers,
                changes.denseBelow,
                changes.mostOfPrompt);
    }

    /** The settings while some of them are changed. */
    private static final class Changes {
        private int shortest;
        private int longest;
        private int local;
        private int most;
        private Keys keys;
        private Vote vote;
        private Triggers triggers;
        private int denseBelow;
        private int mostOfPrompt;

        private Changes(ChunkSettings settings) {
            this.shortest = settings.shortest;
            this.longest = settings.longest;
            this.local = settings.local;
            this.most = settings.most;
            this.keys = settings.keys;
            this.vote = settings.vote;
            this.triggers = settings.triggers;
            this.denseBelow = settings.denseBelow;
            this.mostOfPrompt = settings.mostOfPrompt;
        }
    }
}
