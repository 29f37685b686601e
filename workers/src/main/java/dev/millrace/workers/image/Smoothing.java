package dev.millrace.workers.image;

import dev.millrace.workers.image.flow.Patches;

/** Each pixel as the mean of what is shown of it and its eight neighbours. */
final class Smoothing {
    private Smoothing() {}

    /** [channels, side, side], as the result. */
    static float[] of(float[] picture, Patches patches) {
        int side = patches.side();
        var smooth = new float[picture.length];
        for (int i = 0; i < smooth.length; i++) {
            int plane = i - i % (side * side);
            smooth[i] = mean(picture, plane, i / side % side, i % side, side);
        }
        return smooth;
    }

    private static float mean(float[] picture, int plane, int row, int column, int side) {
        float sum = 0;
        int count = 0;
        for (int y = Math.max(0, row - 1); y <= Math.min(side - 1, row + 1); y++) {
            for (int x = Math.max(0, column - 1); x <= Math.min(side - 1, column + 1); x++) {
                float value = picture[plane + y * side + x];
                sum += Float.isNaN(value) ? 0 : Math.clamp(value, -1f, 1f);
                count++;
            }
        }
        return sum / count;
    }
}
