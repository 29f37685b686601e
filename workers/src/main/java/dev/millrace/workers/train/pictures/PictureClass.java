package dev.millrace.workers.train.pictures;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What a picture shows. Each is a signed distance in the shape's own coordinates, where it fills
 * about the unit circle: negative inside, positive outside.
 */
enum PictureClass {
    DISC {
        @Override
        double distance(double x, double y) {
            return Math.hypot(x, y) - 0.9;
        }
    },
    RING {
        @Override
        double distance(double x, double y) {
            return Math.abs(Math.hypot(x, y) - 0.75) - 0.22;
        }
    },
    SQUARE {
        @Override
        double distance(double x, double y) {
            return box(x, y, 0.75, 0.75);
        }
    },
    TRIANGLE {
        @Override
        double distance(double x, double y) {
            double slanted = Math.abs(x) * Math.sqrt(0.75) + y / 2;
            return Math.max(slanted, -y) - 0.5;
        }
    },
    CROSS {
        @Override
        double distance(double x, double y) {
            return Math.min(box(x, y, 0.95, 0.3), box(x, y, 0.3, 0.95));
        }
    },
    MOON {
        @Override
        double distance(double x, double y) {
            return Math.max(Math.hypot(x, y) - 0.95, 0.8 - Math.hypot(x - 0.5, y));
        }
    },
    STRIPES {
        @Override
        double distance(double x, double y) {
            return wave(x, STRIPE);
        }

        @Override
        boolean fillsPicture() {
            return true;
        }
    },
    CHECKER {
        @Override
        double distance(double x, double y) {
            double dx = wave(x, CELL);
            double dy = wave(y, CELL);
            return Math.signum(dx * dy) * Math.min(Math.abs(dx), Math.abs(dy));
        }

        @Override
        boolean fillsPicture() {
            return true;
        }
    };

    private static final double STRIPE = 0.5;
    private static final double CELL = 0.7;

    abstract double distance(double x, double y);

    /** Whether it is a pattern without an outline. */
    boolean fillsPicture() {
        return false;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static List<String> labels() {
        return Arrays.stream(values()).map(PictureClass::label).toList();
    }

    private static double box(double x, double y, double halfWidth, double halfHeight) {
        return Math.max(Math.abs(x) - halfWidth, Math.abs(y) - halfHeight);
    }

    /** Distance to the nearest edge of stripes of a width, with alternating signs. */
    private static double wave(double x, double width) {
        double phase = x / width;
        double inCell = phase - Math.floor(phase);
        double toEdge = Math.min(inCell, 1 - inCell) * width;
        return Math.floorMod((long) Math.floor(phase), 2L) == 0 ? toEdge : -toEdge;
    }
}
