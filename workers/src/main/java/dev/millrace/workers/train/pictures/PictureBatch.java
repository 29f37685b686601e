package dev.millrace.workers.train.pictures;

import java.util.SplittableRandom;
import java.util.function.IntFunction;

/**
 * What a step learns from: pictures with noise added, and the labels that the model is told.
 *
 * @param values [rows, channels, side, side]
 * @param labels -1 where the model is told nothing
 */
@SuppressWarnings("ArrayRecordComponent") // filled here, copied into tensors, dropped
record PictureBatch(float[] values, int[] labels) {
    private static final double UNTOLD = 0.1;

    /** {@code seed} decides on the noise and on which labels are dropped. */
    static PictureBatch noisy(
            IntFunction<PictureSource.Picture> pictures, int rows, double noise, long seed) {
        var random = new SplittableRandom(seed);
        int size = PictureSource.CHANNELS * PictureSource.SIDE * PictureSource.SIDE;
        var values = new float[rows * size];
        var labels = new int[rows];
        for (int row = 0; row < rows; row++) {
            var picture = pictures.apply(row);
            labels[row] = random.nextDouble() < UNTOLD ? -1 : picture.label();
            for (int i = 0; i < size; i++) {
                values[row * size + i] =
                        picture.values()[i] + (float) (noise * random.nextGaussian());
            }
        }
        return new PictureBatch(values, labels);
    }
}
