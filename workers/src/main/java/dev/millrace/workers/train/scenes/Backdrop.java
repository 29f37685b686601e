package dev.millrace.workers.train.scenes;

import dev.millrace.workers.segment.mask.Mask;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * What is behind the objects: two to four fields, each nearest to its own place, with a texture of
 * two colours.
 */
final class Backdrop {
    /** One texture around a place. */
    @SuppressWarnings("ArrayRecordComponent") // two colours, read at every pixel
    private record Field(
            double x,
            double y,
            Texture texture,
            double[] first,
            double[] second,
            double cosine,
            double sine,
            double frequency) {
        static Field random(SplittableRandom random, int side, Style style) {
            double hue = 360 * random.nextDouble();
            double saturation = style.saturation(random.nextDouble());
            double value = style.value(random.nextDouble());
            double angle = 2 * Math.PI * random.nextDouble();
            double contrast = 0.15 + 0.25 * random.nextDouble();
            double period = side * (0.06 + 0.1 * random.nextDouble());
            return new Field(
                    side * random.nextDouble(),
                    side * random.nextDouble(),
                    style.textures().get(random.nextInt(style.textures().size())),
                    Colours.hsv(hue, saturation, value),
                    Colours.hsv(
                            hue + 40 * random.nextGaussian(),
                            saturation,
                            value > 0.5 ? value - contrast : value + contrast),
                    Math.cos(angle),
                    Math.sin(angle),
                    2 * Math.PI / period);
        }

        double square(int row, int column) {
            return (x - column) * (x - column) + (y - row) * (y - row);
        }

        double[] colour(int row, int column, Noise noise) {
            double along = frequency * (cosine * (column - x) + sine * (row - y));
            double across = frequency * (cosine * (row - y) - sine * (column - x));
            return Colours.mixed(first, second, texture.share(along, across, noise));
        }
    }

    private final int side;
    private final List<Field> fields;
    private final Noise noise;
    private final int[] nearest;

    Backdrop(SplittableRandom random, int side, Style style) {
        this.side = side;
        int count = 2 + random.nextInt(3);
        this.fields =
                Stream.generate(() -> Field.random(random, side, style)).limit(count).toList();
        this.noise = new Noise(random);
        this.nearest = IntStream.range(0, side * side).map(this::nearest).toArray();
    }

    private int nearest(int pixel) {
        int nearest = 0;
        for (int i = 1; i < fields.size(); i++) {
            double square = fields.get(i).square(pixel / side, pixel % side);
            nearest = square < fields.get(nearest).square(pixel / side, pixel % side) ? i : nearest;
        }
        return nearest;
    }

    double[] colour(int pixel) {
        return fields.get(nearest[pixel]).colour(pixel / side, pixel % side, noise);
    }

    Texture texture(int pixel) {
        return fields.get(nearest[pixel]).texture();
    }

    /** The pixels of each field. */
    List<Mask> fields() {
        return IntStream.range(0, fields.size())
                .mapToObj(i -> Mask.of(side, side, pixel -> nearest[pixel] == i))
                .toList();
    }
}
