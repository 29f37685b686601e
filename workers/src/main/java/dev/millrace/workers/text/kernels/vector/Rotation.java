package dev.millrace.workers.text.kernels.vector;

import dev.millrace.workers.text.kernels.Positions;
import dev.millrace.workers.text.model.DecoderConfig;

/**
 * Rotary positions of the rows of one step. An angle is the f32 product of position and frequency,
 * as in {@link Positions}.
 */
final class Rotation {
    private final float[] frequencies; // [headDim/2]
    private final float[] cosines; // [rows, headDim/2]
    private final float[] sines;

    Rotation(DecoderConfig config, int rows) {
        this.frequencies = config.rope().inverseFrequencies(config.headDim());
        this.cosines = new float[rows * frequencies.length];
        this.sines = new float[rows * frequencies.length];
    }

    /** A row's token stands at this position of its sequence. */
    void place(int row, int position) {
        int at = row * frequencies.length;
        for (int i = 0; i < frequencies.length; i++) {
            float angle = position * frequencies[i];
            cosines[at + i] = (float) Math.cos(angle);
            sines[at + i] = (float) Math.sin(angle);
        }
    }

    /**
     * Turns each pair (i, i + headDim/2) of each head.
     *
     * @param x [rows, heads, headDim]
     */
    void turn(float[] x, int rows, int heads) {
        int half = frequencies.length;
        for (int head = 0; head < rows * heads; head++) {
            int at = head * 2 * half;
            int turns = head / heads * half;
            for (int i = 0; i < half; i++) {
                float left = x[at + i];
                float right = x[at + half + i];
                x[at + i] = left * cosines[turns + i] - right * sines[turns + i];
                x[at + half + i] = right * cosines[turns + i] + left * sines[turns + i];
            }
        }
    }
}
