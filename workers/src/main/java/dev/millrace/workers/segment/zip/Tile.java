package dev.millrace.workers.segment.zip;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * Some cells of a picture side by side, small enough for the second cache, and their products with
 * four centroids at a time, which stay in registers over all channels.
 */
final class Tile {
    /** How many cells it has; those beyond the picture's last are zero. */
    static final int CELLS = 64;

    static final int TOGETHER = 4;

    private static final VectorSpecies<Float> LANES = FloatVector.SPECIES_PREFERRED;

    private final Features features;
    private final float[] values;

    /** Products of the cells with the centroids asked for last, [4, cells]. */
    final float[][] products = new float[TOGETHER][CELLS];

    Tile(Features features) {
        this.features = features;
        this.values = new float[features.channels() * CELLS];
    }

    /** Takes the cells from there on. */
    void load(int from, int count) {
        for (int channel = 0; channel < features.channels(); channel++) {
            int at = channel * features.cells() + from;
            System.arraycopy(features.values(), at, values, channel * CELLS, count);
        }
    }

    void multiply(float[] a, float[] b, float[] c, float[] d) {
        int step = 2 * LANES.length();
        for (int at = 0; at < CELLS; at += step) {
            multiply(at, at + LANES.length(), a, b, products[0], products[1]);
            multiply(at, at + LANES.length(), c, d, products[2], products[3]);
        }
    }

    private void multiply(int at, int next, float[] a, float[] b, float[] ofA, float[] ofB) {
        var a0 = FloatVector.zero(LANES);
        var a1 = a0;
        var b0 = a0;
        var b1 = a0;
        for (int channel = 0; channel < a.length; channel++) {
            var first = FloatVector.fromArray(LANES, values, channel * CELLS + at);
            var second = FloatVector.fromArray(LANES, values, channel * CELLS + next);
            var ofCentroid = FloatVector.broadcast(LANES, a[channel]);
            a0 = first.fma(ofCentroid, a0);
            a1 = second.fma(ofCentroid, a1);
            ofCentroid = FloatVector.broadcast(LANES, b[channel]);
            b0 = first.fma(ofCentroid, b0);
            b1 = second.fma(ofCentroid, b1);
        }
        a0.intoArray(ofA, at);
        a1.intoArray(ofA, next);
        b0.intoArray(ofB, at);
        b1.intoArray(ofB, next);
    }
}
