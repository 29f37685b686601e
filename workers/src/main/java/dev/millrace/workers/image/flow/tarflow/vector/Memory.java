package dev.millrace.workers.image.flow.tarflow.vector;

import static dev.millrace.workers.simd.Lanes.COUNT;
import static dev.millrace.workers.simd.Lanes.broadcast;
import static dev.millrace.workers.simd.Lanes.load;

import dev.millrace.workers.simd.Lanes;

import jdk.incubator.vector.VectorOperators;

import java.util.Arrays;

/**
 * Keys and values of one row of a network in one block, and attention to them.
 *
 * <p>A key's numbers lie apart, those of many tokens side by side: scores of many tokens are
 * computed at once.
 */
final class Memory {
    private static final float UNSEEN = -1e30f;
    private static final int FOUR = 4;

    private final int heads;
    private final int headWidth;

    /** Tokens, and values of a head, filled up to whole vectors. */
    private final int length;

    private final int valueWidth;

    /** Of each layer, [heads, headWidth, length]. */
    private final float[][] keys;

    /** Of each layer, [heads, tokens, valueWidth]. */
    private final float[][] values;

    private final int tokens;
    private final float[] scores;
    private final float[] sums;
    private final float[] seen;

    Memory(Dimensions dimensions) {
        this.heads = dimensions.heads();
        this.headWidth = dimensions.headWidth();
        this.tokens = dimensions.tokens();
        this.length =
                whole(tokens) + COUNT; // rows of keys that are 2^n apart would share a cache line
        this.valueWidth = whole(headWidth);
        this.keys = new float[dimensions.layers()][heads * headWidth * length];
        this.values = new float[dimensions.layers()][heads * tokens * valueWidth];
        this.scores = new float[FOUR * heads * length];
        this.sums = new float[FOUR * heads];
        this.seen = new float[FOUR * heads * valueWidth];
    }

    private static int whole(int count) {
        return (count + COUNT - 1) / COUNT * COUNT;
    }

    /** Keeps a token's key and value, which follow its query: [3, heads, headWidth]. */
    void keep(int layer, int token, float[] qkv, int at) {
        int width = heads * headWidth;
        float[] k = keys[layer];
        for (int i = 0; i < width; i++) {
            k[i * length + token] = qkv[at + width + i];
        }
        for (int head = 0; head < heads; head++) {
            int from = at + 2 * width + head * headWidth;
            int to = (head * tokens + token) * valueWidth;
            System.arraycopy(qkv, from, values[layer], to, headWidth);
        }
    }

    /**
     * What tokens one after another see of themselves and those before them, [heads, headWidth]
     * each.
     *
     * @param queries which precede keys and values, a row for each token
     * @param scale they are multiplied by
     */
    void attend(int layer, int token, int count, Rows queries, float scale, Rows to) {
        int done = 0;
        for (; done + FOUR <= count; done += FOUR) {
            four(layer, token + done, queries.from(done), scale, to.from(done));
        }
        for (; done < count; done++) {
            one(layer, token + done, queries.from(done), scale, to.from(done));
        }
    }

    private void one(int layer, int token, Rows queries, float scale, Rows to) {
        for (int head = 0; head < heads; head++) {
            score(
                    keys[layer],
                    head,
                    token,
                    queries.values(),
                    queries.first() + head * headWidth,
                    scale);
        }
        weigh(scores, 0, sums, heads, length, token + 1);
        for (int head = 0; head < heads; head++) {
            look(values[layer], head, head, token + 1);
        }
        copy(0, to);
    }

    private void four(int layer, int token, Rows queries, float scale, Rows to) {
        int end = whole(token + FOUR);
        for (int head = 0; head < heads; head++) {
            int from = head * headWidth;
            int at = head * length;
            FourQueries.score(
                    keys[layer],
                    from * length,
                    length,
                    headWidth,
                    queries,
                    from,
                    scale,
                    end,
                    scores,
                    at,
                    heads * length);
        }
        for (int query = 0; query < FOUR; query++) {
            for (int head = 0; head < heads; head++) {
                int at = (query * heads + head) * length;
                Arrays.fill(scores, at + token + query + 1, at + end, UNSEEN);
            }
            weigh(scores, query * heads, sums, heads, length, token + query + 1);
        }
        if (valueWidth % (4 * COUNT) == 0) {
            for (int head = 0; head < heads; head++) {
                FourQueries.look(
                        values[layer],
                        head * tokens * valueWidth,
                        valueWidth,
                        token + 1,
                        scores,
                        head * length,
                        heads * length,
                        seen,
                        head * valueWidth,
                        heads * valueWidth);
            }
            divide();
        } else {
            for (int query = 0; query < FOUR; query++) {
                for (int head = 0; head < heads; head++) {
                    look(values[layer], head, query * heads + head, token + query + 1);
                }
            }
        }
        for (int query = 0; query < FOUR; query++) {
            copy(query, to.from(query));
        }
    }

    private void divide() {
        for (int row = 0; row < FOUR * heads; row++) {
            float scale = 1 / sums[row];
            for (int i = row * valueWidth; i < (row + 1) * valueWidth; i += COUNT) {
                load(seen, i).mul(scale).intoArray(seen, i);
            }
        }
    }

    private void copy(int query, Rows to) {
        for (int head = 0; head < heads; head++) {
            int from = (query * heads + head) * valueWidth;
            System.arraycopy(seen, from, to.values(), to.first() + head * headWidth, headWidth);
        }
    }

    private void score(float[] k, int head, int token, float[] q, int at, float scale) {
        int base = head * headWidth * length;
        int to = head * length;
        int end = whole(token + 1);
        int first = 0;
        for (; first + 4 * COUNT <= end; first += 4 * COUNT) {
            scoreFour(k, base + first, to + first, q, at, scale);
        }
        for (; first < end; first += COUNT) {
            var sum = Lanes.zero();
            for (int i = 0; i < headWidth; i++) {
                var value = broadcast(q[at + i] * scale);
                sum = load(k, base + first + i * length).fma(value, sum);
            }
            sum.intoArray(scores, to + first);
        }
        Arrays.fill(scores, to + token + 1, to + end, UNSEEN);
    }

    private void scoreFour(float[] k, int from, int first, float[] q, int at, float scale) {
        int size = headWidth;
        int step = length;
        var a = Lanes.zero();
        var b = a;
        var c = a;
        var d = a;
        int next = from;
        for (int i = 0; i < size; i++, next += step) {
            var value = broadcast(q[at + i] * scale);
            a = load(k, next).fma(value, a);
            b = load(k, next + COUNT).fma(value, b);
            c = load(k, next + 2 * COUNT).fma(value, c);
            d = load(k, next + 3 * COUNT).fma(value, d);
        }
        a.intoArray(scores, first);
        b.intoArray(scores, first + COUNT);
        c.intoArray(scores, first + 2 * COUNT);
        d.intoArray(scores, first + 3 * COUNT);
    }

    /** Scores of the first tokens to weights, not yet divided by their sums. */
    private static void weigh(
            float[] scores, int first, float[] sums, int rows, int length, int count) {
        int end = whole(count);
        for (int row = first; row < first + rows; row++) {
            int from = row * length;
            var greatest = broadcast(UNSEEN);
            for (int i = from; i < from + end; i += COUNT) {
                greatest = greatest.max(load(scores, i));
            }
            float most = greatest.reduceLanes(VectorOperators.MAX); // in any order the same
            for (int i = from; i < from + end; i += COUNT) {
                Lanes.exp(load(scores, i).sub(most)).intoArray(scores, i);
            }
            Arrays.fill(scores, from + count, from + end, 0);
            var sum = Lanes.zero();
            for (int i = from; i < from + end; i += COUNT) {
                sum = sum.add(load(scores, i));
            }
            sums[row] = Lanes.sum(sum);
        }
    }

    private void look(float[] v, int head, int row, int count) {
        int base = head * tokens * valueWidth;
        int weights = row * length;
        int to = row * valueWidth;
        float scale = 1 / sums[row];
        int part = 0;
        for (; part + 4 * COUNT <= valueWidth; part += 4 * COUNT) {
            lookFour(v, base + part, weights, to + part, count, scale);
        }
        for (; part < valueWidth; part += COUNT) {
            var sum = Lanes.zero();
            for (int i = 0; i < count; i++) {
                var weight = broadcast(scores[weights + i]);
                sum = load(v, base + part + i * valueWidth).fma(weight, sum);
            }
            sum.mul(scale).intoArray(seen, to + part);
        }
    }

    private void lookFour(float[] v, int from, int first, int to, int count, float scale) {
        float[] weights = scores;
        int step = valueWidth;
        int next = from;
        var a = Lanes.zero();
        var b = a;
        var c = a;
        var d = a;
        for (int i = 0; i < count; i++, next += step) {
            var weight = broadcast(weights[first + i]);
            a = load(v, next).fma(weight, a);
            b = load(v, next + COUNT).fma(weight, b);
            c = load(v, next + 2 * COUNT).fma(weight, c);
            d = load(v, next + 3 * COUNT).fma(weight, d);
        }
        a.mul(scale).intoArray(seen, to);
        b.mul(scale).intoArray(seen, to + COUNT);
        c.mul(scale).intoArray(seen, to + 2 * COUNT);
        d.mul(scale).intoArray(seen, to + 3 * COUNT);
    }
}
