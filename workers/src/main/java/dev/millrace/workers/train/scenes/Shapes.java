package dev.millrace.workers.train.scenes;

/** Signed distances of plane shapes, after I. Quilez, "2D distance functions". */
final class Shapes {
    private Shapes() {}

    static double box(double x, double y, double halfWidth, double halfHeight) {
        double right = Math.abs(x) - halfWidth;
        double below = Math.abs(y) - halfHeight;
        double outside = Math.hypot(Math.max(right, 0), Math.max(below, 0));
        return outside + Math.min(Math.max(right, below), 0);
    }

    /** Close to the distance near the edge: the implicit function by its slope. */
    static double ellipse(double x, double y, double halfWidth, double halfHeight) {
        double scaled = Math.hypot(x / halfWidth, y / halfHeight);
        double slope = Math.hypot(x / (halfWidth * halfWidth), y / (halfHeight * halfHeight));
        return slope == 0 ? -halfHeight : scaled * (scaled - 1) / slope;
    }

    /** With its first tip up. */
    static double star(double x, double y, int tips, double outer, double inner) {
        double sector = Math.PI / tips;
        double angle = Math.atan2(x, -y);
        double folded = Math.abs(angle - 2 * sector * Math.rint(angle / (2 * sector)));
        double radius = Math.hypot(x, y);
        double px = radius * Math.cos(folded);
        double py = radius * Math.sin(folded);
        double qx = inner * Math.cos(sector);
        double qy = inner * Math.sin(sector);
        return segment(px, py, outer, 0, qx, qy);
    }

    /** Distance to a segment, negative on the side of the origin. */
    private static double segment(
            double px, double py, double ax, double ay, double bx, double by) {
        double dx = bx - ax;
        double dy = by - ay;
        double share = Math.clamp(((px - ax) * dx + (py - ay) * dy) / (dx * dx + dy * dy), 0, 1);
        double away = Math.hypot(px - ax - share * dx, py - ay - share * dy);
        boolean isInside = dx * (py - ay) - dy * (px - ax) > 0;
        return isInside ? -away : away;
    }

    /** Two discs and a corner of a square. */
    static double heart(double x, double y) {
        double ax = Math.abs(x);
        double lobe = Math.hypot(ax - 0.43, y + 0.3) - 0.49;
        double slant = (ax + y - 0.9) * Math.sqrt(0.5);
        double wedge = Math.max(slant, -0.3 - y);
        double tip = Math.max(wedge, ax - 0.92);
        return Math.min(lobe, tip);
    }

    /** Distance to a line through the origin, from which {@code along} it goes on. */
    static double line(double x, double y, double halfLength, double halfWidth) {
        double beyond = Math.max(Math.abs(x) - halfLength, 0);
        return Math.hypot(beyond, y) - halfWidth;
    }
}
