package dev.millrace.workers.image.flow.tarflow.vector;

import static dev.millrace.workers.simd.Lanes.COUNT;
import static dev.millrace.workers.simd.Lanes.broadcast;
import static dev.millrace.workers.simd.Lanes.load;

/** Weights in f32. */
final class FloatPanels extends Panels {
    /** [panels, inputs, WIDTH], zeros where there is no output. */
    private final float[] weights;

    FloatPanels(float[] matrix, float... bias) {
        super(matrix.length / bias.length, bias);
        this.weights = new float[padded(bias.length) * inputs];
        for (int output = 0; output < bias.length; output++) {
            int at = output / WIDTH * inputs * WIDTH + output % WIDTH;
            for (int input = 0; input < inputs; input++) {
                weights[at + input * WIDTH] = matrix[output * inputs + input];
            }
        }
    }

    @Override
    void one(Rows x, Rows y, int row, int output, boolean adds) {
        float[] w = weights;
        float[] from = x.values();
        var a0 = load(bias, output);
        var a1 = load(bias, output + COUNT);
        int a = x.at(row);
        int at = output * inputs;
        for (int i = 0; i < inputs; i++, at += WIDTH) {
            var value = broadcast(from[a + i]);
            a0 = load(w, at).fma(value, a0);
            a1 = load(w, at + COUNT).fma(value, a1);
        }
        put(a0, y.values(), y.at(row) + output, adds);
        put(a1, y.values(), y.at(row) + output + COUNT, adds);
    }

    @Override
    void two(Rows x, Rows y, int row, int output, boolean adds) {
        float[] w = weights;
        float[] from = x.values();
        var a0 = load(bias, output);
        var a1 = load(bias, output + COUNT);
        var b0 = a0;
        var b1 = a1;
        int a = x.at(row);
        int b = x.at(row + 1);
        int at = output * inputs;
        for (int i = 0; i < inputs; i++, at += WIDTH) {
            var w0 = load(w, at);
            var w1 = load(w, at + COUNT);
            var value = broadcast(from[a + i]);
            a0 = w0.fma(value, a0);
            a1 = w1.fma(value, a1);
            value = broadcast(from[b + i]);
            b0 = w0.fma(value, b0);
            b1 = w1.fma(value, b1);
        }
        float[] to = y.values();
        put(a0, to, y.at(row) + output, adds);
        put(a1, to, y.at(row) + output + COUNT, adds);
        put(b0, to, y.at(row + 1) + output, adds);
        put(b1, to, y.at(row + 1) + output + COUNT, adds);
    }

    @Override
    void four(Rows x, Rows y, int row, int output, boolean adds) {
        float[] w = weights;
        float[] from = x.values();
        var a0 = load(bias, output);
        var a1 = load(bias, output + COUNT);
        var b0 = a0;
        var b1 = a1;
        var c0 = a0;
        var c1 = a1;
        var d0 = a0;
        var d1 = a1;
        int a = x.at(row);
        int b = x.at(row + 1);
        int c = x.at(row + 2);
        int d = x.at(row + 3);
        int at = output * inputs;
        for (int i = 0; i < inputs; i++, at += WIDTH) {
            var w0 = load(w, at);
            var w1 = load(w, at + COUNT);
            var value = broadcast(from[a + i]);
            a0 = w0.fma(value, a0);
            a1 = w1.fma(value, a1);
            value = broadcast(from[b + i]);
            b0 = w0.fma(value, b0);
            b1 = w1.fma(value, b1);
            value = broadcast(from[c + i]);
            c0 = w0.fma(value, c0);
            c1 = w1.fma(value, c1);
            value = broadcast(from[d + i]);
            d0 = w0.fma(value, d0);
            d1 = w1.fma(value, d1);
        }
        float[] to = y.values();
        put(a0, to, y.at(row) + output, adds);
        put(a1, to, y.at(row) + output + COUNT, adds);
        put(b0, to, y.at(row + 1) + output, adds);
        put(b1, to, y.at(row + 1) + output + COUNT, adds);
        put(c0, to, y.at(row + 2) + output, adds);
        put(c1, to, y.at(row + 2) + output + COUNT, adds);
        put(d0, to, y.at(row + 3) + output, adds);
        put(d1, to, y.at(row + 3) + output + COUNT, adds);
    }

    @Override
    void eight(Rows x, Rows y, int row, int output, boolean adds) {
        float[] w = weights;
        float[] from = x.values();
        var a0 = load(bias, output);
        var a1 = load(bias, output + COUNT);
        var b0 = a0;
        var b1 = a1;
        var c0 = a0;
        var c1 = a1;
        var d0 = a0;
        var d1 = a1;
        var e0 = a0;
        var e1 = a1;
        var f0 = a0;
        var f1 = a1;
        var g0 = a0;
        var g1 = a1;
        var h0 = a0;
        var h1 = a1;
        int a = x.at(row);
        int b = x.at(row + 1);
        int c = x.at(row + 2);
        int d = x.at(row + 3);
        int e = x.at(row + 4);
        int f = x.at(row + 5);
        int g = x.at(row + 6);
        int h = x.at(row + 7);
        int at = output * inputs;
        for (int i = 0; i < inputs; i++, at += WIDTH) {
            var w0 = load(w, at);
            var w1 = load(w, at + COUNT);
            var value = broadcast(from[a + i]);
            a0 = w0.fma(value, a0);
            a1 = w1.fma(value, a1);
            value = broadcast(from[b + i]);
            b0 = w0.fma(value, b0);
            b1 = w1.fma(value, b1);
            value = broadcast(from[c + i]);
            c0 = w0.fma(value, c0);
            c1 = w1.fma(value, c1);
            value = broadcast(from[d + i]);
            d0 = w0.fma(value, d0);
            d1 = w1.fma(value, d1);
            value = broadcast(from[e + i]);
            e0 = w0.fma(value, e0);
            e1 = w1.fma(value, e1);
            value = broadcast(from[f + i]);
            f0 = w0.fma(value, f0);
            f1 = w1.fma(value, f1);
            value = broadcast(from[g + i]);
            g0 = w0.fma(value, g0);
            g1 = w1.fma(value, g1);
            value = broadcast(from[h + i]);
            h0 = w0.fma(value, h0);
            h1 = w1.fma(value, h1);
        }
        float[] to = y.values();
        put(a0, to, y.at(row) + output, adds);
        put(a1, to, y.at(row) + output + COUNT, adds);
        put(b0, to, y.at(row + 1) + output, adds);
        put(b1, to, y.at(row + 1) + output + COUNT, adds);
        put(c0, to, y.at(row + 2) + output, adds);
        put(c1, to, y.at(row + 2) + output + COUNT, adds);
        put(d0, to, y.at(row + 3) + output, adds);
        put(d1, to, y.at(row + 3) + output + COUNT, adds);
        put(e0, to, y.at(row + 4) + output, adds);
        put(e1, to, y.at(row + 4) + output + COUNT, adds);
        put(f0, to, y.at(row + 5) + output, adds);
        put(f1, to, y.at(row + 5) + output + COUNT, adds);
        put(g0, to, y.at(row + 6) + output, adds);
        put(g1, to, y.at(row + 6) + output + COUNT, adds);
        put(h0, to, y.at(row + 7) + output, adds);
        put(h1, to, y.at(row + 7) + output + COUNT, adds);
    }
}
