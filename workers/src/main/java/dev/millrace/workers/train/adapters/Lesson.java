package dev.millrace.workers.train.adapters;

import dev.millrace.workers.text.kv.chunk.ChunkSettings;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.TreeSet;

/**
 * What a text asks of the adapters: its chunks, and from which of its tokens chunks are to be
 * found.
 *
 * <p>A row may select chunks that are whole, but for the first and the newest ones, which it sees
 * anyway; the teacher's attention to those alone is what is taught, each row's share of one (the
 * residual teacher). A row that looks nowhere else, or has no choice, teaches nothing.
 *
 * @param ends of chunks: the token after their last
 * @param rows tokens that select, and learn their own attention
 */
@SuppressWarnings("ArrayRecordComponent") // filled once and read by index, never compared
record Lesson(int[] tokens, int[] ends, int[] rows) {
    private static final int RANDOM_ROW_EVERY = 4; // tokens
    private static final float LEAST_MASS = 1e-4f;

    /**
     * Chooses the rows: what is notable, and some others; among them, where selections are made at
     * the ends of chunks, as published, these. They look elsewhere than other tokens do, so where
     * every token selects they would teach the wrong thing.
     *
     * @param settings say what a chunk is
     */
    static Lesson of(
            LabelledText text, ChunkSettings settings, Teaching teaching, SplittableRandom random) {
        int length = text.tokens().length;
        int[] ends = new int[length];
        int count = 0;
        for (int i = 0; i < length; i++) {
            int start = count == 0 ? 0 : ends[count - 1];
            if (settings.ends(i + 1 - start, text.ends()[i])) {
                ends[count++] = i + 1;
            }
        }
        var rows = new TreeSet<Integer>();
        for (int chunk = 0; teaching == Teaching.WHOLE && chunk < count; chunk++) {
            rows.add(ends[chunk] - 1);
        }
        for (int row : text.notable()) {
            rows.add(row);
        }
        for (int i = 0; i < length / RANDOM_ROW_EVERY; i++) {
            rows.add(random.nextInt(length));
        }
        return new Lesson(
                text.tokens(),
                Arrays.copyOf(ends, count),
                rows.stream().mapToInt(row -> row).toArray());
    }

    int chunks() {
        return ends.length;
    }

    int start(int chunk) {
        return chunk == 0 ? 0 : ends[chunk - 1];
    }

    /** Each token's chunk; of those that belong to none, the number of chunks. */
    long[] chunkOf() {
        long[] chunkOf = new long[tokens.length];
        Arrays.fill(chunkOf, chunks());
        for (int chunk = 0; chunk < chunks(); chunk++) {
            Arrays.fill(chunkOf, start(chunk), ends[chunk], chunk);
        }
        return chunkOf;
    }

    /** What is added to each chunk's scores: see {@code ChunkIndex}. */
    float[] bias(ChunkSettings.Keys kind) {
        float[] bias = new float[chunks()];
        for (int chunk = 0; chunk < chunks(); chunk++) {
            bias[chunk] =
                    switch (kind) {
                        case LAST, MEAN -> 0;
                        case MEAN_AND_ENDS -> (float) Math.log(ends[chunk] - start(chunk));
                    };
        }
        return bias;
    }

    /** How a chunk's key is made of its tokens' keys, [parts * chunks, tokens]. */
    float[] keyParts(ChunkSettings.Keys kind) {
        float[] parts = new float[kind.parts() * chunks() * tokens.length];
        int part = chunks() * tokens.length;
        for (int chunk = 0; chunk < chunks(); chunk++) {
            int at = chunk * tokens.length;
            switch (kind) {
                case LAST -> parts[at + ends[chunk] - 1] = 1;
                case MEAN_AND_ENDS -> {
                    fillMean(parts, at, chunk);
                    parts[part + at + start(chunk)] = 1;
                    parts[2 * part + at + ends[chunk] - 1] = 1;
                }
                case MEAN -> fillMean(parts, at, chunk);
            }
        }
        return parts;
    }

    private void fillMean(float[] parts, int at, int chunk) {
        float share = 1f / (ends[chunk] - start(chunk));
        Arrays.fill(parts, at + start(chunk), at + ends[chunk], share);
    }

    /**
     * One where a row may not select a chunk, [rows, chunks].
     *
     * @param first chunks that are seen anyway
     * @param local newest whole chunks that are seen anyway
     */
    float[] forbidden(int first, int local) {
        float[] forbidden = new float[rows.length * chunks()];
        for (int row = 0; row < rows.length; row++) {
            int whole = wholeChunks(rows[row]);
            for (int chunk = 0; chunk < chunks(); chunk++) {
                boolean isChoice = chunk >= first && chunk < whole - local;
                forbidden[row * chunks() + chunk] = isChoice ? 0 : 1;
            }
        }
        return forbidden;
    }

    /** Chunks that have ended with a token or before it. */
    private int wholeChunks(int token) {
        int at = Arrays.binarySearch(ends, token + 1);
        return at >= 0 ? at + 1 : -at - 1;
    }

    /**
     * Takes from the teacher what may not be selected and makes each row's rest one.
     *
     * @param shares [scorers, rows, chunks]; changed in place
     * @param forbidden [rows, chunks]
     * @return the mass that each scorer's rows had, or zero where it teaches nothing
     */
    float[] residual(float[] shares, float[] forbidden) {
        float[] weights = new float[shares.length / chunks()];
        for (int row = 0; row < weights.length; row++) {
            int at = row * chunks();
            int rule = row % rows.length * chunks();
            int choices = 0;
            float mass = 0;
            for (int i = 0; i < chunks(); i++) {
                shares[at + i] *= 1 - forbidden[rule + i];
                mass += shares[at + i];
                choices += forbidden[rule + i] == 0 ? 1 : 0;
            }
            weights[row] = mass < LEAST_MASS || choices < 2 ? 0 : mass;
            float factor = weights[row] == 0 ? 0 : 1 / mass;
            for (int i = at; i < at + chunks(); i++) {
                shares[i] *= factor;
            }
        }
        return weights;
    }
}
