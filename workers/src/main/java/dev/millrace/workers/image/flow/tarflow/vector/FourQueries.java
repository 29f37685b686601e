package dev.millrace.workers.image.flow.tarflow.vector;

import static dev.millrace.workers.simd.Lanes.COUNT;
import static dev.millrace.workers.simd.Lanes.broadcast;
import static dev.millrace.workers.simd.Lanes.load;

import dev.millrace.workers.simd.Lanes;

/** Attention of four tokens one after another at once: keys and values are read once for all. */
final class FourQueries {
    private FourQueries() {}

    /**
     * Scores of one head, of the first keys.
     *
     * @param from where the head's keys begin, [headWidth, step]
     * @param at where the head begins in a row of queries
     * @param end how many keys, whole vectors
     * @param to where the first token's scores go, the next one's {@code apart} later
     */
    static void score(
            float[] keys,
            int from,
            int step,
            int headWidth,
            Rows queries,
            int at,
            float scale,
            int end,
            float[] scores,
            int to,
            int apart) {
        float[] q = queries.values();
        int qa = queries.at(0) + at;
        int qb = queries.at(1) + at;
        int qc = queries.at(2) + at;
        int qd = queries.at(3) + at;
        int first = 0;
        for (; first + 2 * COUNT <= end; first += 2 * COUNT) {
            var a0 = Lanes.zero();
            var a1 = a0;
            var b0 = a0;
            var b1 = a0;
            var c0 = a0;
            var c1 = a0;
            var d0 = a0;
            var d1 = a0;
            int next = from + first;
            for (int i = 0; i < headWidth; i++, next += step) {
                var k0 = load(keys, next);
                var k1 = load(keys, next + COUNT);
                var value = broadcast(q[qa + i] * scale);
                a0 = k0.fma(value, a0);
                a1 = k1.fma(value, a1);
                value = broadcast(q[qb + i] * scale);
                b0 = k0.fma(value, b0);
                b1 = k1.fma(value, b1);
                value = broadcast(q[qc + i] * scale);
                c0 = k0.fma(value, c0);
                c1 = k1.fma(value, c1);
                value = broadcast(q[qd + i] * scale);
                d0 = k0.fma(value, d0);
                d1 = k1.fma(value, d1);
            }
            int put = to + first;
            a0.intoArray(scores, put);
            a1.intoArray(scores, put + COUNT);
            b0.intoArray(scores, put + apart);
            b1.intoArray(scores, put + apart + COUNT);
            c0.intoArray(scores, put + 2 * apart);
            c1.intoArray(scores, put + 2 * apart + COUNT);
            d0.intoArray(scores, put + 3 * apart);
            d1.intoArray(scores, put + 3 * apart + COUNT);
        }
        if (first < end) {
            var a = Lanes.zero();
            var b = a;
            var c = a;
            var d = a;
            int next = from + first;
            for (int i = 0; i < headWidth; i++, next += step) {
                var k = load(keys, next);
                a = k.fma(broadcast(q[qa + i] * scale), a);
                b = k.fma(broadcast(q[qb + i] * scale), b);
                c = k.fma(broadcast(q[qc + i] * scale), c);
                d = k.fma(broadcast(q[qd + i] * scale), d);
            }
            int put = to + first;
            a.intoArray(scores, put);
            b.intoArray(scores, put + apart);
            c.intoArray(scores, put + 2 * apart);
            d.intoArray(scores, put + 3 * apart);
        }
    }

    /**
     * Weighted sums of one head's values, which are four vectors long or a multiple of that; of one
     * token more for each query. What a query may not see does not touch its sum.
     *
     * @param from where the head's values begin, [tokens, width]
     * @param count of values for the first query
     * @param first where its weights begin, the next one's {@code apart} later
     * @param to where its sum goes, the next one's {@code far} later
     */
    static void look(
            float[] values,
            int from,
            int width,
            int count,
            float[] weights,
            int first,
            int apart,
            float[] sums,
            int to,
            int far) {
        int wb = first + apart;
        int wc = wb + apart;
        int wd = wc + apart;
        for (int part = 0; part < width; part += 2 * COUNT) {
            var a0 = Lanes.zero();
            var a1 = a0;
            var b0 = a0;
            var b1 = a0;
            var c0 = a0;
            var c1 = a0;
            var d0 = a0;
            var d1 = a0;
            int next = from + part;
            for (int i = 0; i < count; i++, next += width) {
                var v0 = load(values, next);
                var v1 = load(values, next + COUNT);
                var weight = broadcast(weights[first + i]);
                a0 = v0.fma(weight, a0);
                a1 = v1.fma(weight, a1);
                weight = broadcast(weights[wb + i]);
                b0 = v0.fma(weight, b0);
                b1 = v1.fma(weight, b1);
                weight = broadcast(weights[wc + i]);
                c0 = v0.fma(weight, c0);
                c1 = v1.fma(weight, c1);
                weight = broadcast(weights[wd + i]);
                d0 = v0.fma(weight, d0);
                d1 = v1.fma(weight, d1);
            }
            for (int i = count; i < count + 3; i++, next += width) {
                var v0 = load(values, next);
                var v1 = load(values, next + COUNT);
                if (i < count + 1) {
                    b0 = v0.fma(broadcast(weights[wb + i]), b0);
                    b1 = v1.fma(broadcast(weights[wb + i]), b1);
                }
                if (i < count + 2) {
                    c0 = v0.fma(broadcast(weights[wc + i]), c0);
                    c1 = v1.fma(broadcast(weights[wc + i]), c1);
                }
                d0 = v0.fma(broadcast(weights[wd + i]), d0);
                d1 = v1.fma(broadcast(weights[wd + i]), d1);
            }
            int put = to + part;
            a0.intoArray(sums, put);
            a1.intoArray(sums, put + COUNT);
            b0.intoArray(sums, put + far);
            b1.intoArray(sums, put + far + COUNT);
            c0.intoArray(sums, put + 2 * far);
            c1.intoArray(sums, put + 2 * far + COUNT);
            d0.intoArray(sums, put + 3 * far);
            d1.intoArray(sums, put + 3 * far + COUNT);
        }
    }
}
