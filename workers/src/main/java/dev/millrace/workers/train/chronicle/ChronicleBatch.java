package dev.millrace.workers.train.chronicle;

import dev.millrace.workers.train.Seeds;
import dev.millrace.workers.train.chronicle.corpus.Chronicle;
import dev.millrace.workers.train.chronicle.corpus.Row;
import dev.millrace.workers.train.chronicle.corpus.Split;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Token ids, what follows each of them, how much that counts, and their positions: all [rows,
 * length].
 *
 * @param texts the rows, if they are texts
 */
@SuppressWarnings("ArrayRecordComponent") // filled once and read by index, never compared
record ChronicleBatch(
        long[] ids, long[] targets, float[] weights, long[] positions, int rows, List<Row> texts) {
    private static final int MOST_GAPS = 8;
    private static final float DRAWN_WEIGHT = 0.2f;

    private ChronicleBatch(int rows, int length) {
        this(
                new long[rows * length],
                new long[rows * length],
                new float[rows * length],
                new long[rows * length],
                rows,
                new ArrayList<>());
    }

    int length() {
        return ids.length / rows;
    }

    /**
     * Texts.
     *
     * @param toldWeight how much a token counts that an answer tells; the others count 1, or a
     *     fifth if nothing foretells them
     * @param context positions of every other row are spread over so many by gaps (<i>PoSE</i>,
     *     arXiv 2309.10400) between sentences; none are if it is the length
     */
    static ChronicleBatch texts(
            Chronicle chronicle, Split split, long seed, Size size, float toldWeight, int context) {
        var batch = new ChronicleBatch(size.rows(), size.length());
        for (var row = 0; row < size.rows(); row++) {
            var rowSeed = Seeds.mix(seed, row);
            var text = chronicle.row(split, rowSeed, size.length());
            batch.texts.add(text);
            batch.put(row, text, toldWeight);
            var random = new SplittableRandom(rowSeed);
            var spare = row % 2 == 0 ? 0 : context - size.length();
            batch.place(row, text.boundaries(), spare, random);
        }
        return batch;
    }

    /** How large a batch is. */
    record Size(int rows, int length) {
        /** More rows, if these have fewer than so many tokens. */
        Size atLeast(int tokens) {
            return new Size(Math.max(rows, tokens / length), length);
        }
    }

    private void put(int row, Row text, float toldWeight) {
        var start = row * length();
        for (var i = 0; i < length(); i++) {
            ids[start + i] = text.ids()[i];
            targets[start + i] = text.ids()[i + 1];
            weights[start + i] = weight(text, i + 1, toldWeight);
        }
    }

    /** What nothing foretells counts little: it is only noise for what can be learned. */
    private static float weight(Row text, int index, float toldWeight) {
        if (text.told().get(index)) {
            return toldWeight;
        }
        return text.drawn().get(index) ? DRAWN_WEIGHT : 1;
    }

    private void place(int row, BitSet boundaries, int spare, RandomGenerator random) {
        var gaps = gaps(boundaries, spare, random);
        var start = row * length();
        var position = 0L;
        for (var i = 0; i < length(); i++) {
            positions[start + i] = position;
            position += 1 + gaps[i];
        }
    }

    /** How many positions are left out after each token; never more than {@code spare} in all. */
    private int[] gaps(BitSet boundaries, int spare, RandomGenerator random) {
        var gaps = new int[length()];
        if (spare > 0) {
            var count = random.nextInt(1, MOST_GAPS + 1);
            var left = random.nextInt(spare + 1);
            for (var i = 0; i < count; i++) {
                var at = boundaries.nextSetBit(random.nextInt(length()));
                if (at >= 0 && at < length()) {
                    var gap = random.nextInt(left + 1);
                    gaps[at] += gap;
                    left -= gap;
                }
            }
        }
        return gaps;
    }

    /**
     * Rows of random tokens that begin again after a while; only the repetition is to be learned.
     * Nothing else teaches a model as fast to find what was said before and to say it again.
     */
    static ChronicleBatch repeated(int vocabulary, long seed, Size size) {
        var batch = new ChronicleBatch(size.rows(), size.length());
        var length = size.length();
        for (var row = 0; row < size.rows(); row++) {
            var random = new SplittableRandom(Seeds.mix(seed, row));
            var period = length / 8 + random.nextInt(length * 3 / 8);
            var first = random.ints(period, 0, vocabulary).toArray();
            for (var i = 0; i < length; i++) {
                var at = row * length + i;
                batch.ids[at] = first[i % period];
                batch.targets[at] = first[(i + 1) % period];
                batch.weights[at] = i + 1 < period ? 0 : 1;
                batch.positions[at] = i;
            }
        }
        return batch;
    }
}
