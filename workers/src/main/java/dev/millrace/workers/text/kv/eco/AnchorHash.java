package dev.millrace.workers.text.kv.eco;

import static dev.millrace.workers.simd.Lanes.COUNT;

import dev.millrace.workers.energy.Meter;
import dev.millrace.workers.energy.Operation;
import dev.millrace.workers.simd.Lanes;

/**
 * Signs of features that are near or far from anchors, as published (EcoFormer, section 4.1): bit r
 * is set where y_r is positive, with y = A (exp(-d / (2 sigma)) - mean), and d_j the squared
 * distance of x / |x| to anchor j.
 *
 * <p>Unlike in the published block sigma is a constant, so a code depends on its own token alone.
 * Not thread-safe.
 */
public final class AnchorHash implements HeadHash {
    private final int width;
    private final int bits;
    private final int anchors;
    private final int anchorLanes; // whole ones
    private final int bitLanes;
    private final float[] scaled; // anchors / sigma, [width, anchorLanes]
    private final float[] offsets; // -(1 + |anchor|^2) / (2 sigma), [anchorLanes]
    private final float[] vectors; // A, [anchors, bitLanes]
    private final float[] biases; // -A mean, [bitLanes]
    private final float[] kernel; // [anchorLanes]

    /**
     * What a hash consists of, as it was learned.
     *
     * @param anchors [anchors, width]
     * @param vectors [bits, anchors]
     * @param mean [anchors]
     */
    @SuppressWarnings("ArrayRecordComponent") // read once, to make a hash of it
    public record Parts(float[] anchors, float[] vectors, float[] mean, float sigma) {}

    public AnchorHash(int width, Parts parts) {
        this.width = width;
        this.anchors = parts.mean().length;
        this.bits = parts.vectors().length / anchors;
        HeadHash.requireBits(bits);
        this.anchorLanes = HeadHash.whole(anchors);
        this.bitLanes = HeadHash.whole(bits);
        this.scaled = new float[width * anchorLanes];
        this.offsets = new float[anchorLanes];
        this.vectors = new float[anchors * bitLanes];
        this.biases = new float[bitLanes];
        this.kernel = new float[anchorLanes];
        fold(parts);
    }

    private void fold(Parts parts) {
        for (int anchor = 0; anchor < anchors; anchor++) {
            double square = 1;
            for (int i = 0; i < width; i++) {
                float value = parts.anchors()[anchor * width + i];
                square += (double) value * value;
                scaled[i * anchorLanes + anchor] = value / parts.sigma();
            }
            offsets[anchor] = (float) (-square / (2 * parts.sigma()));
        }
        for (int bit = 0; bit < bitLanes; bit++) {
            double bias = bit < bits ? 0 : 1; // a bit there is not is never set
            for (int anchor = 0; anchor < anchors && bit < bits; anchor++) {
                float value = parts.vectors()[bit * anchors + anchor];
                vectors[anchor * bitLanes + bit] = value;
                bias += (double) value * parts.mean()[anchor];
            }
            biases[bit] = (float) -bias;
        }
    }

    @Override
    public int bits() {
        return bits;
    }

    public int anchors() {
        return anchors;
    }

    @Override
    public long code(float[] x, int at, Meter meter) {
        compare(x, at);
        long code = 0;
        for (int bit = 0; bit < bits; bit += COUNT) {
            var sum = Lanes.load(biases, bit);
            for (int anchor = 0; anchor < anchors; anchor++) {
                sum =
                        Lanes.load(vectors, anchor * bitLanes + bit)
                                .fma(Lanes.broadcast(kernel[anchor]), sum);
            }
            code |= HeadHash.signs(sum) << bit;
        }
        tell(meter);
        return code;
    }

    /** Of one code; of lanes that hold nothing, nothing. */
    private void tell(Meter meter) {
        meter.products(width + (long) width * anchors + anchors + (long) anchors * bits);
        meter.count(Operation.EXPONENTIAL, anchors);
        meter.count(Operation.ROOT, 1);
        meter.count(Operation.DIVIDE, 1);
        meter.move((long) Float.BYTES * ((width + 1) * anchors + (anchors + 1) * bits));
    }

    /** How near x / |x| is to each anchor. */
    private void compare(float[] x, int at) {
        float inverse = inverseLength(x, at);
        for (int anchor = 0; anchor < anchors; anchor += COUNT) {
            var product = Lanes.zero();
            for (int i = 0; i < width; i++) {
                product =
                        Lanes.load(scaled, i * anchorLanes + anchor)
                                .fma(Lanes.broadcast(x[at + i]), product);
            }
            Lanes.exp(product.fma(Lanes.broadcast(inverse), Lanes.load(offsets, anchor)))
                    .intoArray(kernel, anchor);
        }
    }

    /** Zero for what has no length: it is as far from every anchor as the origin is. */
    private float inverseLength(float[] x, int at) {
        double square = 0;
        for (int i = 0; i < width; i++) {
            square += (double) x[at + i] * x[at + i];
        }
        return square == 0 ? 0 : (float) (1 / Math.sqrt(square));
    }
}
