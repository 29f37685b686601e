package dev.millrace.workers.train.scenes;

import java.util.SplittableRandom;

/** Things of no class: bundles of bars, and scribbles. They lie on the background. */
final class Distractor {
    private static final int STEPS = 60;

    private Distractor() {}

    static void draw(Canvas canvas, SplittableRandom random) {
        double[] colour =
                Colours.hsv(
                        360 * random.nextDouble(),
                        0.3 + 0.6 * random.nextDouble(),
                        0.2 + 0.7 * random.nextDouble());
        if (random.nextBoolean()) {
            scribble(canvas, random, colour);
        } else {
            bars(canvas, random, colour);
        }
    }

    private static void scribble(Canvas canvas, SplittableRandom random, double[] colour) {
        double x = canvas.side() * random.nextDouble();
        double y = canvas.side() * random.nextDouble();
        double heading = 2 * Math.PI * random.nextDouble();
        for (int step = 0; step < STEPS; step++) {
            stroke(canvas, x, y, colour);
            heading += 0.5 * random.nextGaussian();
            x += Math.cos(heading);
            y += Math.sin(heading);
        }
    }

    private static void bars(Canvas canvas, SplittableRandom random, double[] colour) {
        double x = canvas.side() * random.nextDouble();
        double y = canvas.side() * random.nextDouble();
        double angle = Math.PI * random.nextDouble();
        double length = canvas.side() * (0.15 + 0.2 * random.nextDouble());
        int count = 2 + random.nextInt(3);
        for (int bar = 0; bar < count; bar++) {
            for (double at = -length / 2; at < length / 2; at++) {
                double across = 4.0 * bar;
                stroke(
                        canvas,
                        x + at * Math.cos(angle) - across * Math.sin(angle),
                        y + at * Math.sin(angle) + across * Math.cos(angle),
                        colour);
            }
        }
    }

    /** Two pixels square. */
    private static void stroke(Canvas canvas, double x, double y, double[] colour) {
        for (int i = 0; i < 4; i++) {
            int column = (int) Math.floor(x) + i % 2;
            int row = (int) Math.floor(y) + i / 2;
            boolean isInside =
                    column >= 0 && row >= 0 && column < canvas.side() && row < canvas.side();
            if (isInside) {
                canvas.blend(row * canvas.side() + column, colour, 0.8);
            }
        }
    }
}
