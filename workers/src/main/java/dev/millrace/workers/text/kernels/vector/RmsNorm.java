package dev.millrace.workers.text.kernels.vector;

import dev.millrace.workers.energy.Meter;
import dev.millrace.workers.energy.Operation;

/** x / sqrt(mean(x^2) + epsilon) * weight (B. Zhang and R. Sennrich, arXiv:1910.07467). */
record RmsNorm(double epsilon, Meter meter) {
    /**
     * Norms each row.
     *
     * @param x [count, width]
     * @param y like x, and may be x
     */
    void apply(float[] x, int count, int width, float[] weight, float[] y) {
        for (int row = 0; row < count; row++) {
            int at = row * width;
            double squares = 0;
            for (int i = at; i < at + width; i++) {
                squares += (double) x[i] * x[i];
            }
            float factor = (float) (1 / Math.sqrt(squares / width + epsilon));
            for (int i = 0; i < width; i++) {
                y[at + i] = x[at + i] * factor * weight[i];
            }
        }
        meter.products((long) count * width);
        meter.count(Operation.F32_MULTIPLY, 2L * count * width);
        meter.count(Operation.F32_ADD, count);
        meter.count(Operation.ROOT, count);
        meter.count(Operation.DIVIDE, 2L * count);
        meter.move((long) width * Float.BYTES);
    }
}
