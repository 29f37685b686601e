package dev.millrace.workers.text.kv.eco;

import java.util.function.IntToDoubleFunction;

/** The formulas of hashes in doubles, one number after another: the twin of {@link HeadHash}. */
public final class PlainHash {
    /** Numbers before the sign that are nearer to zero may round to the other side. */
    private static final double BORDER = 1e-5;

    private final int bits;
    private final int width;
    private final BeforeSign beforeSign;

    private interface BeforeSign {
        double of(double[] x, int bit);
    }

    private PlainHash(int bits, int width, BeforeSign beforeSign) {
        this.bits = bits;
        this.width = width;
        this.beforeSign = beforeSign;
    }

    /** The twin of {@link AnchorHash}. */
    public static PlainHash anchors(int width, AnchorHash.Parts parts) {
        int anchors = parts.mean().length;
        return new PlainHash(
                parts.vectors().length / anchors,
                width,
                (x, bit) ->
                        sum(
                                anchors,
                                anchor -> {
                                    double far = distance(x, parts.anchors(), anchor * width);
                                    double kernel = Math.exp(-far / (2 * parts.sigma()));
                                    return parts.vectors()[bit * anchors + anchor]
                                            * (kernel - parts.mean()[anchor]);
                                }));
    }

    /** The twin of {@link PlaneHash}. */
    public static PlainHash planes(int width, float... planes) {
        return new PlainHash(
                planes.length / width,
                width,
                (x, bit) -> sum(width, i -> planes[bit * width + i] * x[i]));
    }

    public int bits() {
        return bits;
    }

    /** The code of x; fails where f32 need not agree. */
    public long code(float[] x, int at) {
        var own = new double[width];
        for (int i = 0; i < width; i++) {
            own[i] = x[at + i];
        }
        long code = 0;
        for (int bit = 0; bit < bits; bit++) {
            double y = beforeSign.of(own, bit);
            if (Math.abs(y) < BORDER) {
                throw new AssertionError("the case says nothing: a bit lies on the border, " + y);
            }
            code |= (y > 0 ? 1L : 0L) << bit;
        }
        return code;
    }

    private static double sum(int count, IntToDoubleFunction each) {
        double sum = 0;
        for (int i = 0; i < count; i++) {
            sum += each.applyAsDouble(i);
        }
        return sum;
    }

    /** The squared distance of x / |x|. */
    private static double distance(double[] x, float[] anchors, int at) {
        double length = Math.sqrt(sum(x.length, i -> x[i] * x[i]));
        double distance =
                sum(
                        x.length,
                        i -> {
                            double far = (length == 0 ? 0 : x[i] / length) - anchors[at + i];
                            return far * far;
                        });
        return length == 0 ? distance + 1 : distance; // as of any unit vector across all anchors
    }
}
