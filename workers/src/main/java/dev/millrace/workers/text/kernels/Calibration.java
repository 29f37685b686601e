package dev.millrace.workers.text.kernels;

import dev.millrace.workers.text.kernels.DecoderKernels.Step;
import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.kv.KvStore;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Measures two implementations on this machine, in turns, so that a disturbance meets both.
 *
 * <p>The shortest time of a few steps counts: what else the machine does only adds to it.
 */
public final class Calibration {
    private static final int CONTEXT = 64;
    private static final int MOST_STEPS = 16;
    private static final int ROUNDS = 3;
    private static final int WIDEST = 64;
    private static final int PATIENCE = 4;
    private static final double BETTER = 0.9;
    private static final Duration ENOUGH = Duration.ofMillis(25);

    private final DecoderKernels wide;
    private final DecoderKernels narrow;
    private final Logits logits = new Logits();

    /** One width of batch: milliseconds per step. */
    public record Point(int batch, double wide, double narrow) {}

    /** What was measured, from one sequence up to the first batch that is faster wide. */
    public record Result(List<Point> points) {
        public Result {
            points = List.copyOf(points);
        }

        /** The smallest batch to decode wide. */
        public int crossover() {
            return points.stream()
                    .filter(point -> point.wide() < point.narrow())
                    .mapToInt(Point::batch)
                    .findFirst()
                    .orElse(Integer.MAX_VALUE);
        }
    }

    /**
     * @param narrow reads and writes caches that {@code wide} made
     */
    public Calibration(DecoderKernels wide, DecoderKernels narrow) {
        this.wide = wide;
        this.narrow = narrow;
    }

    /**
     * Decodes one sequence with the narrow kernels until the compiler is done with them, that is
     * until they have not become faster for a while, and no longer than {@code most}.
     */
    public void warm(Duration most) {
        long end = System.nanoTime() + most.toNanos();
        double best = Double.MAX_VALUE;
        int since = 0;
        try (var caches = new Caches(1)) {
            while (since < PATIENCE && System.nanoTime() < end) {
                double millis = caches.millisPerStep(narrow);
                since = millis < BETTER * best ? 0 : since + 1;
                best = Math.min(best, millis);
            }
        }
    }

    /** Measures batches of 1, 2, 4 ... sequences. */
    public Result measure() {
        var points = new ArrayList<Point>();
        for (int batch = 1; batch <= WIDEST; batch *= 2) {
            var point = measure(batch);
            points.add(point);
            if (point.wide() < point.narrow()) {
                break;
            }
        }
        return new Result(points);
    }

    private Point measure(int batch) {
        double wideMillis = Double.MAX_VALUE;
        double narrowMillis = Double.MAX_VALUE;
        try (var caches = new Caches(batch)) {
            for (int round = 0; round < ROUNDS; round++) {
                narrowMillis = Math.min(narrowMillis, caches.millisPerStep(narrow));
                wideMillis = Math.min(wideMillis, caches.millisPerStep(wide));
            }
        }
        return new Point(batch, wideMillis, narrowMillis);
    }

    /** Sequences that hold {@link #CONTEXT} tokens, whatever these are. */
    private final class Caches implements AutoCloseable {
        private final List<KvCache> caches;
        private final List<Step> steps;

        Caches(int count) {
            var store = wide.newKvStore(Long.MAX_VALUE);
            this.caches = IntStream.range(0, count).mapToObj(_ -> allocate(store)).toList();
            this.steps = caches.stream().map(cache -> new Step(cache, 0)).toList();
            caches.forEach(cache -> cache.take(CONTEXT));
        }

        private static KvCache allocate(KvStore store) {
            return store.allocateForgetting(CONTEXT + MOST_STEPS, MOST_STEPS).orElseThrow();
        }

        /** Of a few steps, fewer when they are slow. */
        double millisPerStep(DecoderKernels kernels) {
            long began = System.nanoTime();
            int done = 0;
            while (done < MOST_STEPS && System.nanoTime() - began < ENOUGH.toNanos()) {
                kernels.decode(steps, logits);
                done++;
            }
            double millis = (System.nanoTime() - began) / 1e6 / done;
            caches.forEach(cache -> cache.forgetFrom(CONTEXT));
            return millis;
        }

        @Override
        public void close() {
            caches.forEach(KvCache::close);
        }
    }
}
