package dev.millrace.workers.train.stories;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Token ids and what follows each of them, both [rows, length].
 *
 * <p>What a batch holds depends only on the seed and the step, so a run can be resumed at any step.
 */
record StoryBatch(long[] ids, long[] targets, int rows) {
    /** The target where nothing is to be learned. */
    static final long IGNORED = -100;

    int length() {
        return ids.length / rows;
    }

    /**
     * Rows full of documents, one after the other, each row beginning with one; the last is cut
     * off.
     */
    static StoryBatch packed(StorySource source, long seed, long step, int rows, int length) {
        var ids = new long[rows * length];
        var targets = new long[rows * length];
        for (var row = 0; row < rows; row++) {
            var tokens =
                    packedRow(source, new SplittableRandom(mix(mix(seed, step), row)), length + 1);
            System.arraycopy(tokens, 0, ids, row * length, length);
            System.arraycopy(tokens, 1, targets, row * length, length);
        }
        return new StoryBatch(ids, targets, rows);
    }

    private static long[] packedRow(StorySource source, SplittableRandom random, int length) {
        var row = new long[length];
        var filled = 0;
        while (filled < length) {
            for (var id : source.draw(random).ids()) {
                if (filled < length) {
                    row[filled++] = id;
                }
            }
        }
        return row;
    }

    /**
     * Rows of random tokens that begin again after a while; only the repetition is to be learned.
     * Nothing else teaches a model as fast to find what was said before and to say it again.
     */
    static StoryBatch repeated(int vocabulary, long seed, long step, int rows, int length) {
        var ids = new long[rows * length];
        var targets = new long[rows * length];
        for (var row = 0; row < rows; row++) {
            var random = new SplittableRandom(mix(mix(seed, step), row));
            var period = length / 8 + random.nextInt(length * 3 / 8);
            var first = random.ints(period, 0, vocabulary).toArray();
            for (var i = 0; i < length; i++) {
                ids[row * length + i] = first[i % period];
                targets[row * length + i] = i + 1 < period ? IGNORED : first[(i + 1) % period];
            }
        }
        return new StoryBatch(ids, targets, rows);
    }

    /** One document per row, padded at the end; a document longer than {@code limit} is cut off. */
    static StoryBatch padded(List<List<Integer>> documents, int limit) {
        var longest = documents.stream().mapToInt(List::size).max().orElseThrow();
        var length = Math.min(longest, limit + 1) - 1;
        var ids = new long[documents.size() * length];
        var targets = new long[ids.length];
        Arrays.fill(targets, IGNORED);
        for (var row = 0; row < documents.size(); row++) {
            var document = documents.get(row);
            for (var i = 0; i < Math.min(length, document.size() - 1); i++) {
                ids[row * length + i] = document.get(i);
                targets[row * length + i] = document.get(i + 1);
            }
        }
        return new StoryBatch(ids, targets, documents.size());
    }

    /** A seed made of two numbers: the finaliser of MurmurHash3 over their combination. */
    static long mix(long seed, long counter) {
        var z = seed + (counter + 1) * 0x9E3779B97F4A7C15L;
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
