package dev.millrace.workers.train.scenes;

import java.util.Arrays;
import java.util.List;

/**
 * What an object is: a shape, a range of colours and a surface. The shape is a signed distance in
 * the object's own coordinates, where it fills about the unit circle: negative inside, positive
 * outside.
 *
 * <p>Colour alone does not tell the classes apart: ball and heart share their reds, gear and leaf
 * their oranges, and every background may have any of the hues. Nor does the outline alone: box and
 * diamond are both square, ball and pebble both round.
 */
public enum SceneClass {
    BALL("red", "ball", "balls", 352, 0.85, 0.75, Surface.SHINY) {
        @Override
        double distance(double x, double y, Wobble wobble) {
            return Math.hypot(x, y) - 0.9;
        }
    },
    BOX("green", "box", "boxes", 125, 0.7, 0.6, Surface.BANDED) {
        @Override
        double distance(double x, double y, Wobble wobble) {
            return Shapes.box(x, y, 0.76, 0.76);
        }
    },
    DIAMOND("blue", "diamond", "diamonds", 222, 0.75, 0.75, Surface.FACETED) {
        @Override
        double distance(double x, double y, Wobble wobble) {
            return Shapes.box((x + y) * Math.sqrt(0.5), (x - y) * Math.sqrt(0.5), 0.68, 0.68);
        }
    },
    STAR("yellow", "star", "stars", 52, 0.8, 0.9, Surface.PLAIN) {
        @Override
        double distance(double x, double y, Wobble wobble) {
            return Shapes.star(x, y, 5, 1, 0.48);
        }
    },
    ELLIPSE("purple", "ellipse", "ellipses", 282, 0.6, 0.65, Surface.SHINY) {
        @Override
        double distance(double x, double y, Wobble wobble) {
            return Shapes.ellipse(x, y, 1, 0.58);
        }
    },
    RING("cyan", "ring", "rings", 184, 0.7, 0.8, Surface.PLAIN) {
        @Override
        double distance(double x, double y, Wobble wobble) {
            return Math.abs(Math.hypot(x, y) - 0.66) - 0.28;
        }
    },
    GEAR("orange", "gear", "gears", 28, 0.85, 0.85, Surface.HUBBED) {
        @Override
        double distance(double x, double y, Wobble wobble) {
            double tooth = Math.clamp(3 * Math.sin(8 * Math.atan2(y, x)), -1, 1);
            return (Math.hypot(x, y) - 0.82 - 0.13 * tooth) * 0.8;
        }
    },
    PEBBLE("grey", "pebble", "pebbles", 40, 0.08, 0.6, Surface.SPECKLED) {
        @Override
        double distance(double x, double y, Wobble wobble) {
            double angle = Math.atan2(y, x);
            double bulge =
                    0.09 * Math.sin(2 * angle + wobble.first())
                            + 0.06 * Math.sin(3 * angle + wobble.second());
            return (Math.hypot(x, y) - 0.82 - bulge) * 0.95;
        }
    },
    HEART("pink", "heart", "hearts", 340, 0.5, 0.92, Surface.PLAIN) {
        @Override
        double distance(double x, double y, Wobble wobble) {
            return Shapes.heart(x, y);
        }
    },
    LEAF("brown", "leaf", "leaves", 24, 0.65, 0.5, Surface.VEINED) {
        @Override
        double distance(double x, double y, Wobble wobble) {
            return Math.max(Math.hypot(x, y + 0.62), Math.hypot(x, y - 0.62)) - 1.15;
        }
    };

    /** How the inside is drawn: the decal that is a part of the object. */
    enum Surface {
        PLAIN,
        SHINY,
        BANDED,
        FACETED,
        HUBBED,
        SPECKLED,
        VEINED
    }

    /** Around which hue (degrees), saturation and value the colours lie. */
    record Palette(double hue, double saturation, double value) {}

    /** What differs between outlines of one class. */
    record Wobble(double first, double second) {}

    private final String colour;
    private final String noun;
    private final String plural;
    private final double hue;
    private final double saturation;
    private final double value;
    private final Surface surface;

    SceneClass(
            String colour,
            String noun,
            String plural,
            double hue,
            double saturation,
            double value,
            Surface surface) {
        this.colour = colour;
        this.noun = noun;
        this.plural = plural;
        this.hue = hue;
        this.saturation = saturation;
        this.value = value;
        this.surface = surface;
    }

    abstract double distance(double x, double y, Wobble wobble);

    Palette palette() {
        return new Palette(hue, saturation, value);
    }

    Surface surface() {
        return surface;
    }

    /** As one asks for it: "red ball". */
    public String label() {
        return colour + " " + noun;
    }

    /** As one asks for several: "red balls". */
    public String labels() {
        return colour + " " + plural;
    }

    /** Its place among all classes, from 0. */
    public int index() {
        return List.of(values()).indexOf(this);
    }

    /** By their indices. */
    public static List<String> names() {
        return Arrays.stream(values()).map(SceneClass::label).toList();
    }
}
