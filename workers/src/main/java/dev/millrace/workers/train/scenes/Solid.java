package dev.millrace.workers.train.scenes;

import dev.millrace.workers.train.scenes.SceneClass.Wobble;

import java.util.SplittableRandom;

/**
 * An object to be drawn: where it stands, how large, turned and coloured. Lengths are in pixels.
 *
 * @param rim how wide the darker edge is, by the radius
 * @param light where the light comes from
 */
@SuppressWarnings("ArrayRecordComponent") // a colour, read at every pixel
record Solid(
        SceneClass kind,
        double x,
        double y,
        double radius,
        double turn,
        Wobble wobble,
        double[] colour,
        double rim,
        double light) {
    private static final double RIM_SHADE = 0.45;
    private static final double DECAL_LIGHT = 1.45;
    private static final double DECAL_DARK = 0.68;

    /** No shape reaches farther, by the radius. */
    private static final double LONGEST = 1.1;

    private static final double STEP = 0.02;

    /** What a pixel sees of it. */
    @SuppressWarnings("ArrayRecordComponent") // a colour, mixed at once
    record Seen(double coverage, boolean isPart, double[] colour) {}

    static Solid random(
            SplittableRandom random, SceneClass kind, double x, double y, double radius) {
        var palette = kind.palette();
        double upright = kind == SceneClass.PEBBLE || kind == SceneClass.LEAF ? Math.PI : 0.3;
        return new Solid(
                kind,
                x,
                y,
                radius,
                upright * (2 * random.nextDouble() - 1),
                new Wobble(2 * Math.PI * random.nextDouble(), 2 * Math.PI * random.nextDouble()),
                Colours.hsv(
                        palette.hue() + 20 * random.nextDouble() - 10,
                        palette.saturation() * (0.8 + 0.35 * random.nextDouble()),
                        palette.value() * (0.8 + 0.35 * random.nextDouble())),
                0.1 + 0.04 * random.nextDouble(),
                2 * Math.PI * random.nextDouble());
    }

    Solid at(double newX, double newY) {
        return new Solid(kind, newX, newY, radius, turn, wobble, colour, rim, light);
    }

    /** How far it reaches from its middle in a direction. */
    double extent(double heading) {
        double away = LONGEST;
        while (away > 0 && distance(away * Math.cos(heading), away * Math.sin(heading)) > 0) {
            away -= STEP;
        }
        return away * radius;
    }

    /** The shape's signed distance, all lengths by the radius. */
    private double distance(double dx, double dy) {
        return kind.distance(turnedX(dx, dy), turnedY(dx, dy), wobble);
    }

    private double turnedX(double dx, double dy) {
        return Math.cos(turn) * dx + Math.sin(turn) * dy;
    }

    private double turnedY(double dx, double dy) {
        return Math.cos(turn) * dy - Math.sin(turn) * dx;
    }

    /** How it looks at a point, which may be outside. */
    Seen at(double column, double row, double grain) {
        double dx = (column - x) / radius;
        double dy = (row - y) / radius;
        double distance = distance(dx, dy);
        double coverage = Math.clamp(0.5 - distance * radius, 0, 1);
        if (coverage == 0) {
            return new Seen(0, false, colour);
        }
        double ramp = 1 + 0.22 * (Math.cos(light) * dx + Math.sin(light) * dy);
        double decal = Math.clamp(0.5 - decal(turnedX(dx, dy), turnedY(dx, dy)) * radius, 0, 1);
        double shade = ramp * (1 + decal * (decalShade() - 1));
        double rimmed = Math.clamp(0.5 + (distance + rim) * radius, 0, 1);
        double grained = kind.surface() == SceneClass.Surface.SPECKLED ? 0.8 + 0.4 * grain : 1;
        double all = shade * grained * (1 + rimmed * (RIM_SHADE - 1));
        boolean isPart = decal >= 0.5 && rimmed < 0.5;
        return new Seen(coverage, isPart, Colours.scaled(colour, all));
    }

    private double decalShade() {
        return switch (kind.surface()) {
            case SHINY, FACETED -> DECAL_LIGHT;
            case PLAIN, BANDED, HUBBED, SPECKLED, VEINED -> DECAL_DARK;
        };
    }

    /** The signed distance of the part that is drawn on it. */
    private double decal(double px, double py) {
        return switch (kind.surface()) {
            case SHINY -> Shapes.ellipse(px + 0.28, py + 0.25, 0.3, 0.2);
            case BANDED -> Shapes.box(px, py, 0.2, 0.8);
            case FACETED -> Shapes.box(px, py, 0.26, 0.26);
            case HUBBED -> Math.hypot(px, py) - 0.32;
            case SPECKLED -> Math.hypot(px - 0.2, py - 0.15) - 0.24;
            case VEINED -> Shapes.line(px, py, 0.7, 0.08);
            case PLAIN -> plainDecal(px, py);
        };
    }

    private double plainDecal(double px, double py) {
        return kind == SceneClass.RING
                ? Math.hypot(px, py + 0.66) - 0.18
                : Math.hypot(px, py + 0.05) - 0.24;
    }
}
