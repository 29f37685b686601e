package dev.millrace.bench;

import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads a buffer from end to end on one thread and adds all of it up: as fast as memory, or the
 * cache that holds it, gives bytes to a program that looks at each.
 */
final class ReadBenchmark implements AutoCloseable {
    private static final VectorSpecies<Long> LONGS = LongVector.SPECIES_PREFERRED;
    private static final int LANES = 8; // sums that do not wait for each other
    private static final long STRIDE = (long) LANES * LONGS.vectorByteSize();
    private static final int MOST_PASSES = 1000;

    private final Arena arena;
    private final MemorySegment buffer;
    private final List<Double> gigabytesPerSecond = new ArrayList<>();
    private long sum;

    /**
     * @param bytes rounded down to whole strides, at least one
     */
    @SuppressWarnings("MustBeClosedChecker") // closed with this
    ReadBenchmark(long bytes) {
        this.arena = Arena.ofConfined();
        this.buffer = arena.allocate(Math.max(1, bytes / STRIDE) * STRIDE, 64);
        buffer.fill((byte) 1);
    }

    /** Bytes that a pass reads. */
    long bytes() {
        return buffer.byteSize();
    }

    /** Passes over the buffer for at least so long, and at least one; nothing is kept of them. */
    void warm(long nanos) {
        long end = System.nanoTime() + nanos;
        do {
            sum += pass();
        } while (System.nanoTime() < end);
    }

    /** Passes over the buffer for about so long, at least three; each is a value of the sample. */
    void turn(long nanos) {
        long end = System.nanoTime() + nanos;
        for (int i = 0; i < MOST_PASSES && (i < 3 || System.nanoTime() < end); i++) {
            long began = System.nanoTime();
            sum += pass();
            gigabytesPerSecond.add((double) bytes() / (System.nanoTime() - began));
        }
    }

    /** What all turns came to, in 10^9 bytes a second. */
    Sample sample() {
        return Sample.of(gigabytesPerSecond.stream().mapToDouble(Double::doubleValue).toArray());
    }

    /** Depends on every byte that was read, so none of it can be left out. */
    long sum() {
        return sum;
    }

    private long pass() {
        var a = LongVector.zero(LONGS);
        var b = a;
        var c = a;
        var d = a;
        var e = a;
        var f = a;
        var g = a;
        var h = a;
        for (long at = 0; at < buffer.byteSize(); at += STRIDE) {
            a = a.add(load(at, 0));
            b = b.add(load(at, 1));
            c = c.add(load(at, 2));
            d = d.add(load(at, 3));
            e = e.add(load(at, 4));
            f = f.add(load(at, 5));
            g = g.add(load(at, 6));
            h = h.add(load(at, 7));
        }
        return a.add(b).add(c.add(d)).add(e.add(f).add(g.add(h))).reduceLanes(VectorOperators.ADD);
    }

    private LongVector load(long at, int lane) {
        long from = at + (long) lane * LONGS.vectorByteSize();
        return LongVector.fromMemorySegment(LONGS, buffer, from, ByteOrder.nativeOrder());
    }

    @Override
    public void close() {
        arena.close();
    }
}
