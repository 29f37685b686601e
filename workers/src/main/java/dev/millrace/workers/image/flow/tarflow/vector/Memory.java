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
        this.scores = new float[heads * length];
        this.sums = new float[heads];
        this.seen = new float[heads * valueWidth];
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
     * What a token sees of itself and those before it, [heads, headWidth].
     *
     * @param scale queries are multiplied by
     */
    void attend(int layer, int token, float[] qkv, int at, float scale, float[] to, int toAt) {
        score(keys[layer], token, qkv, at, scale);
        weigh(scores, sums, length, token + 1);
        look(values[layer], token + 1);
        for (int head = 0; head < heads; head++) {
            System.arraycopy(seen, head * valueWidth, to, toAt + head * headWidth, headWidth);
        }
    }

    private void score(float[] k, int token, float[] q, int at, float scale) {
        for (int head = 0; head < heads; head++) {
            score(k, head, token, q, at + head * headWidth, scale);
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
    private static void weigh(float[] scores, float[] sums, int length, int count) {
        int end = whole(count);
        for (int head = 0; head < sums.length; head++) {
            int from = head * length;
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
            sums[head] = Lanes.sum(sum);
        }
    }

    private void look(float[] v, int count) {
        for (int head = 0; head < heads; head++) {
            look(v, head, count, 1 / sums[head]);
        }
    }

    private void look(float[] v, int head, int count, float scale) {
        int base = head * tokens * valueWidth;
        int weights = head * length;
        int to = head * valueWidth;
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
