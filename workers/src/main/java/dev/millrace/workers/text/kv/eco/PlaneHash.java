package dev.millrace.workers.text.kv.eco;

import static dev.millrace.workers.simd.Lanes.COUNT;

import dev.millrace.workers.energy.Meter;
import dev.millrace.workers.simd.Lanes;

/**
 * Sides of planes through the origin: bit r is set where w_r x is positive (Charikar 2002, with
 * planes that are learned). Keys and queries may each have their own.
 */
public final class PlaneHash implements HeadHash {
    private final int width;
    private final int bits;
    private final int bitLanes;
    private final float[] planes; // [width, bitLanes]

    /**
     * @param width of a key or query
     * @param planes [bits, width]
     */
    public PlaneHash(int width, float... planes) {
        this.width = width;
        this.bits = planes.length / width;
        HeadHash.requireBits(bits);
        this.bitLanes = HeadHash.whole(bits);
        this.planes = new float[width * bitLanes];
        for (int i = 0; i < planes.length; i++) {
            this.planes[i % width * bitLanes + i / width] = planes[i];
        }
    }

    @Override
    public int bits() {
        return bits;
    }

    @Override
    public long code(float[] x, int at, Meter meter) {
        long code = 0;
        for (int bit = 0; bit < bits; bit += COUNT) {
            var sum = Lanes.zero();
            for (int i = 0; i < width; i++) {
                sum = Lanes.load(planes, i * bitLanes + bit).fma(Lanes.broadcast(x[at + i]), sum);
            }
            code |= HeadHash.signs(sum) << bit; // lanes beyond the last bit are 0
        }
        meter.products((long) width * bits);
        meter.move((long) Float.BYTES * (width + 1) * bits);
        return code;
    }
}
