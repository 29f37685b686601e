package dev.millrace.workers.train.pictures;

import dev.millrace.workers.train.Seeds;

import java.util.List;
import java.util.SplittableRandom;

/**
 * Draws pictures of one shape or pattern on a gradient: 32 pixels square if nothing else is said,
 * RGB, values in [-1, 1].
 *
 * <p>A picture depends on its seed only. Held-out pictures come from seeds that training never
 * uses.
 */
public final class PictureSource {
    public static final int SIDE = 32;
    public static final int CHANNELS = 3;

    private static final List<PictureClass> SHAPES = List.of(PictureClass.values());
    static final int CLASSES = SHAPES.size();

    private static final long HELD_OUT = 0x5EED_0F_91C7_0071L;
    private static final double SMALLEST = 0.24;
    private static final double LARGEST = 0.42;
    private static final double TEXTURED = 0.3;

    /**
     * A picture and what it shows.
     *
     * @param values [channels, side, side]
     * @param label index of the class
     */
    @SuppressWarnings("ArrayRecordComponent") // drawn, copied into a batch, dropped
    public record Picture(float[] values, int label) {}

    /** Picture {@code row} of a training step. */
    Picture training(long seed, long step, int row) {
        return training(seed, step, row, SIDE);
    }

    /** The same with another side. */
    public Picture training(long seed, long step, int row, int side) {
        var random = new SplittableRandom(Seeds.mix(Seeds.mix(seed, step), row));
        return draw(random, random.nextInt(CLASSES), side);
    }

    /** A picture that no training step draws; classes take turns. */
    public Picture heldOut(long index) {
        return heldOut(index, SIDE);
    }

    /** The same with another side. */
    public Picture heldOut(long index, int side) {
        var random = new SplittableRandom(Seeds.mix(HELD_OUT, index));
        return draw(random, (int) Math.floorMod(index, (long) CLASSES), side);
    }

    private static Picture draw(SplittableRandom random, int label, int side) {
        var shape = SHAPES.get(label);
        var place = Place.random(random, shape);
        var background = Background.random(random);
        double[] colour = hsv(random.nextDouble(), 0.65 + 0.35 * random.nextDouble(), 1);
        var values = new float[CHANNELS * side * side];
        for (int row = 0; row < side; row++) {
            for (int column = 0; column < side; column++) {
                double x = (column + 0.5) / side;
                double y = (row + 0.5) / side;
                double share = place.coverage(shape, x, y, side);
                for (int channel = 0; channel < CHANNELS; channel++) {
                    double behind = background.at(x, y, channel);
                    double value = behind + share * (colour[channel] - behind);
                    values[(channel * side + row) * side + column] = (float) (2 * value - 1);
                }
            }
        }
        return new Picture(values, label);
    }

    /** Where a shape stands, how large, and how far it is turned. */
    private record Place(double x, double y, double radius, double cosine, double sine) {
        static Place random(SplittableRandom random, PictureClass shape) {
            double radius = SMALLEST + (LARGEST - SMALLEST) * random.nextDouble();
            double angle = 2 * Math.PI * random.nextDouble();
            double room = shape.fillsPicture() ? 1 : 1 - 2 * radius;
            double start = shape.fillsPicture() ? 0 : radius;
            return new Place(
                    start + room * random.nextDouble(),
                    start + room * random.nextDouble(),
                    radius,
                    Math.cos(angle),
                    Math.sin(angle));
        }

        /** The share of a pixel that lies inside the shape, by its distance from the edge. */
        double coverage(PictureClass shape, double atX, double atY, int side) {
            double dx = (atX - x) / radius;
            double dy = (atY - y) / radius;
            double distance =
                    shape.distance(cosine * dx + sine * dy, cosine * dy - sine * dx) * radius;
            return Math.clamp(0.5 - distance * side, 0, 1);
        }
    }

    /** A gradient between two dim colours, with faint waves on some. */
    @SuppressWarnings("ArrayRecordComponent") // two colours, read at every pixel
    private record Background(
            double[] from,
            double[] to,
            double cosine,
            double sine,
            double depth,
            double frequency) {
        static Background random(SplittableRandom random) {
            double hue = random.nextDouble();
            double angle = 2 * Math.PI * random.nextDouble();
            boolean isTextured = random.nextDouble() < TEXTURED;
            return new Background(
                    hsv(hue, 0.6 * random.nextDouble(), 0.1 + 0.25 * random.nextDouble()),
                    hsv(
                            hue + 0.3 * random.nextDouble(),
                            0.6 * random.nextDouble(),
                            0.25 + 0.3 * random.nextDouble()),
                    Math.cos(angle),
                    Math.sin(angle),
                    isTextured ? 0.04 : 0,
                    2 * Math.PI * (2 + 2 * random.nextDouble()));
        }

        double at(double x, double y, int channel) {
            double along = cosine * (x - 0.5) + sine * (y - 0.5);
            double across = cosine * (y - 0.5) - sine * (x - 0.5);
            double share = Math.clamp(0.5 + along / 1.4, 0, 1);
            return from[channel]
                    + share * (to[channel] - from[channel])
                    + depth * Math.sin(frequency * across);
        }
    }

    /** Hue, saturation and value in [0, 1] as red, green and blue; hues beyond 1 begin again. */
    private static double[] hsv(double hue, double saturation, double value) {
        var rgb = new double[CHANNELS];
        for (int channel = 0; channel < CHANNELS; channel++) {
            double k = (new int[] {5, 3, 1}[channel] + 6 * hue) % 6;
            rgb[channel] = value - value * saturation * Math.clamp(Math.min(k, 4 - k), 0, 1);
        }
        return rgb;
    }
}
