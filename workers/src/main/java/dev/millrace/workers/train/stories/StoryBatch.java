package dev.millrace.workers.train.stories;

import dev.millrace.workers.train.Seeds;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Token ids, what follows each of them, and how much that counts: all [rows, length].
 *
 * <p>What a batch holds depends only on the seed and the step, so a run can be resumed at any step.
 */
@SuppressWarnings("ArrayRecordComponent") // filled once and read by index, never compared
record StoryBatch(long[] ids, long[] targets, float[] weights, int rows) {

    private StoryBatch(int rows, int length) {
        this(new long[rows * length], new long[rows * length], new float[rows * length], rows);
    }

    int length() {
        return ids.length / rows;
    }

    /** The sum of all weights. */
    double weight() {
        return IntStream.range(0, weights.length).mapToDouble(i -> weights[i]).sum();
    }

    /**
     * Rows full of documents, one after the other, each row beginning with one; the last is cut
     * off.
     *
     * @param echoWeight how much a word counts that depends on what the story has said; other
     *     tokens count 1
     */
    static StoryBatch packed(
            StorySource source, long seed, long step, int rows, int length, float echoWeight) {
        var batch = new StoryBatch(rows, length);
        for (var row = 0; row < rows; row++) {
            var random = new SplittableRandom(Seeds.mix(Seeds.mix(seed, step), row));
            var filled = -1;
            while (filled < length) {
                var sample = source.draw(random);
                for (var i = 0; i < sample.ids().size() && filled < length; i++) {
                    batch.put(
                            row,
                            filled++,
                            sample.ids().get(i),
                            sample.echoes().get(i) ? echoWeight : 1);
                }
            }
        }
        return batch;
    }

    /** Token {@code next} is what follows position {@code at}, and stands at the one after it. */
    private void put(int row, int at, int next, float weight) {
        var start = row * length();
        if (at >= 0) {
            targets[start + at] = next;
            weights[start + at] = weight;
        }
        if (at + 1 < length()) {
            ids[start + at + 1] = next;
        }
    }

    /**
     * Rows of random tokens that begin again after a while; only the repetition is to be learned.
     * Nothing else teaches a model as fast to find what was said before and to say it again.
     */
    static StoryBatch repeated(int vocabulary, long seed, long step, int rows, int length) {
        var batch = new StoryBatch(rows, length);
        for (var row = 0; row < rows; row++) {
            var random = new SplittableRandom(Seeds.mix(Seeds.mix(seed, step), row));
            var period = length / 8 + random.nextInt(length * 3 / 8);
            var first = random.ints(period, 0, vocabulary).toArray();
            for (var i = 0; i <= length; i++) {
                batch.put(row, i - 1, first[i % period], i < period ? 0 : 1);
            }
        }
        return batch;
    }

    /**
     * One document per row, padded at the end; a document longer than {@code limit} is cut off.
     *
     * @param newWeight how much a token counts that repeats nothing; the others count 1
     */
    static StoryBatch padded(List<StorySource.Sample> documents, int limit, float newWeight) {
        var longest =
                documents.stream().mapToInt(document -> document.ids().size()).max().orElseThrow();
        var batch = new StoryBatch(documents.size(), Math.min(longest, limit + 1) - 1);
        for (var row = 0; row < documents.size(); row++) {
            var document = documents.get(row);
            for (var i = 0; i < Math.min(batch.length() + 1, document.ids().size()); i++) {
                var weight = document.echoes().get(i) ? 1 : newWeight;
                batch.put(row, i - 1, document.ids().get(i), weight);
            }
        }
        return batch;
    }
}
