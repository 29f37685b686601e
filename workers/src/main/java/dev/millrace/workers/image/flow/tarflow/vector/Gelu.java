package dev.millrace.workers.image.flow.tarflow.vector;

import static dev.millrace.workers.simd.Lanes.COUNT;
import static dev.millrace.workers.simd.Lanes.broadcast;
import static dev.millrace.workers.simd.Lanes.load;

import dev.millrace.workers.simd.Lanes;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorOperators;

/**
 * {@code x (1 + erf(x / sqrt 2)) / 2}, with the error function within 1.5e-7 (Abramowitz and
 * Stegun, 7.1.26).
 */
final class Gelu {
    private static final float HALF_ROOT = (float) Math.sqrt(0.5);

    private Gelu() {}

    /** In place; rows are filled up to whole vectors. */
    static void apply(Rows x, int rows) {
        float[] values = x.values();
        int end = x.at(rows);
        for (int i = x.at(0); i < end; i += COUNT) {
            of(load(values, i)).intoArray(values, i);
        }
    }

    private static FloatVector of(FloatVector x) {
        var u = x.mul(HALF_ROOT);
        var t = broadcast(1).div(u.abs().fma(broadcast(0.3275911f), broadcast(1)));
        var p = broadcast(1.061405429f);
        p = p.fma(t, broadcast(-1.453152027f));
        p = p.fma(t, broadcast(1.421413741f));
        p = p.fma(t, broadcast(-0.284496736f));
        p = p.fma(t, broadcast(0.254829592f)).mul(t);
        var tail = p.mul(Lanes.exp(u.mul(u).neg())); // 1 - erf |u|
        var half = x.mul(0.5f);
        var positive = half.mul(broadcast(2).sub(tail));
        return positive.blend(half.mul(tail), x.compare(VectorOperators.LT, 0f));
    }
}
