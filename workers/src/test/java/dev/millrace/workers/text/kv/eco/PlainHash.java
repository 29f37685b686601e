package dev.millrace.workers.text.kv.eco;

/** The formula of a hash in doubles, one number after another: the twin of {@link HeadHash}. */
public record PlainHash(int width, HeadHash.Parts parts) {
    /** Numbers before the sign that are nearer to zero may round to the other side. */
    private static final double BORDER = 1e-5;

    public int bits() {
        return parts.vectors().length / parts.mean().length;
    }

    /** The code of x; fails where f32 need not agree. */
    public long code(float[] x, int at) {
        long code = 0;
        for (int bit = 0; bit < bits(); bit++) {
            double y = beforeSign(x, at, bit);
            if (Math.abs(y) < BORDER) {
                throw new AssertionError("the case says nothing: a bit lies on the border, " + y);
            }
            code |= (y > 0 ? 1L : 0L) << bit;
        }
        return code;
    }

    private double beforeSign(float[] x, int at, int bit) {
        int anchors = parts.mean().length;
        double y = 0;
        for (int anchor = 0; anchor < anchors; anchor++) {
            double kernel = Math.exp(-distance(x, at, anchor) / (2 * parts.sigma()));
            y += parts.vectors()[bit * anchors + anchor] * (kernel - parts.mean()[anchor]);
        }
        return y;
    }

    private double distance(float[] x, int at, int anchor) {
        double length = 0;
        for (int i = 0; i < width; i++) {
            length += (double) x[at + i] * x[at + i];
        }
        length = Math.sqrt(length);
        double distance = 0;
        for (int i = 0; i < width; i++) {
            double unit = length == 0 ? 0 : x[at + i] / length;
            double far = unit - parts.anchors()[anchor * width + i];
            distance += far * far;
        }
        return length == 0 ? distance + 1 : distance; // as of any unit vector across all anchors
    }
}
