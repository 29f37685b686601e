package dev.millrace.workers.train.pyramid;

import dev.millrace.workers.train.Seeds;
import dev.millrace.workers.train.pictures.PictureSource;

import java.util.SplittableRandom;

/**
 * Generated pictures of any side under noise: the stronger it is, the more there is to tell apart.
 *
 * @param noise standard deviation, of values in -1..1
 */
record GridPictures(PictureSource source, double noise) {
    private static final long NOISE = 0x4015EL;

    /** Pictures [n, 3, side, side] and what they show. */
    @SuppressWarnings("ArrayRecordComponent") // filled once, copied into tensors, dropped
    record Lesson(float[] values, int[] labels) {}

    Lesson lesson(int side, long seed, long step, int count) {
        var lesson = empty(side, count);
        for (int row = 0; row < count; row++) {
            put(lesson, row, source.training(seed, step, row, side), Seeds.mix(seed + step, row));
        }
        return lesson;
    }

    Lesson heldOut(int side, long from, int count) {
        var lesson = empty(side, count);
        for (int row = 0; row < count; row++) {
            put(lesson, row, source.heldOut(from + row, side), Seeds.mix(NOISE, from + row));
        }
        return lesson;
    }

    private static Lesson empty(int side, int count) {
        return new Lesson(new float[count * PictureSource.CHANNELS * side * side], new int[count]);
    }

    private void put(Lesson lesson, int row, PictureSource.Picture picture, long seed) {
        var random = new SplittableRandom(seed);
        int size = picture.values().length;
        lesson.labels()[row] = picture.label();
        for (int i = 0; i < size; i++) {
            lesson.values()[row * size + i] =
                    picture.values()[i] + (float) (noise * random.nextGaussian());
        }
    }
}
