package dev.millrace.workers.image;

import dev.millrace.workers.image.flow.FlowModel;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.WeakHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Shows pictures in the making: each at most every now and then, and only what its budget allows.
 *
 * <p>A picture as it stands lacks the blocks that are still to come. One sweep over each of them
 * shows much more of it, for the time that this takes. Where that is too dear, one sweep over the
 * last block but one alone shows most of what can be known early. While most blocks are missing,
 * what is shown is smoothed: what pixels have in common with their neighbours is there first.
 */
final class Previews {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final Duration INTERVAL = Duration.ofMillis(100);
    private static final double SHARE = 0.045;

    /** A picture that is soon done is shown so many times. */
    private static final int LOOKS = 5;

    private static final int WARMING = 10;
    private static final Duration ADVANCE = Duration.ofMillis(3);

    private final FlowModel model;
    private final Encoder encoder;
    private final Duration interval;
    private final Supplier<PreviewBudget> newBudget;
    private final LongSupplier clock;
    private final LongSupplier effort;
    private final Map<Painting, Showing> showings = new WeakHashMap<>();

    /** What one preview costs, and what each block that is looked ahead adds; nanoseconds. */
    private double plain;

    private double perBlock;
    private long worked;

    /** What the last picture took; zero while none is known. */
    private double usual;

    private final AtomicLong spent = new AtomicLong();

    /** What was shown of a picture. */
    private static final class Showing {
        private final PreviewBudget budget;
        private long last;
        private boolean looksAhead;
        private boolean wasEarly;

        Showing(PreviewBudget budget, long now) {
            this.budget = budget;
            this.last = now;
        }
    }

    Previews(FlowModel model) {
        this(
                model,
                INTERVAL,
                () -> new PreviewBudget(SHARE, ADVANCE),
                System::nanoTime,
                THREADS::getCurrentThreadCpuTime);
    }

    /**
     * @param interval least time between two of a picture
     * @param newBudget a picture's
     * @param clock nanoseconds
     * @param effort nanoseconds that this thread has computed, which waiting for a turn on a busy
     *     machine does not add to
     */
    Previews(
            FlowModel model,
            Duration interval,
            Supplier<PreviewBudget> newBudget,
            LongSupplier clock,
            LongSupplier effort) {
        this.model = model;
        this.encoder = new Encoder(model.patches());
        this.interval = interval;
        this.newBudget = newBudget;
        this.clock = clock;
        this.effort = effort;
    }

    /** Measures what previews cost once they are warm; on the thread that is to make them. */
    void measure() {
        perBlock = Double.POSITIVE_INFINITY;
        plain = Double.POSITIVE_INFINITY;
        for (int i = 0; i < WARMING; i++) {
            measureOnce(new float[model.patches().values()]);
        }
        restart();
    }

    private void measureOnce(float... nothing) {
        long began = effort.getAsLong();
        float[] picture = model.ahead(nothing, FlowModel.ANY, all(model.blocks()));
        long between = effort.getAsLong();
        encoder.encode(picture);
        perBlock = Math.min(perBlock, (double) (between - began) / model.blocks());
        plain = Math.min(plain, (double) (effort.getAsLong() - between));
    }

    /** Blocks below this one, in the order of sampling. */
    private static List<Integer> all(int block) {
        return IntStream.iterate(block - 1, i -> i >= 0, i -> i - 1).boxed().toList();
    }

    /** Nothing was worked since the last round. */
    void restart() {
        worked = clock.getAsLong();
    }

    /** After a round. */
    void show(List<Painting> paintings) {
        long now = clock.getAsLong();
        double earned = (double) (now - worked) / paintings.size();
        for (var painting : paintings) {
            var showing = showings.computeIfAbsent(painting, _ -> begin());
            showing.budget.earn(earned);
            if (painting.isNew() && isDue(painting, showing, now)) {
                show(painting, showing);
            }
        }
        restart();
    }

    private Showing begin() {
        var budget = newBudget.get();
        budget.expect(usual);
        return new Showing(budget, worked);
    }

    /** The end of the first block need not wait for its turn. */
    private boolean isDue(Painting painting, Showing showing, long now) {
        boolean isFirst = !showing.wasEarly && painting.block() == model.blocks() - 2;
        showing.wasEarly |= isFirst;
        double longest = (double) interval.toNanos();
        double wait = usual > 0 ? Math.min(longest, usual / LOOKS) : longest;
        return isFirst || now - showing.last >= wait;
    }

    /** A picture is whole. */
    void ended(Painting painting) {
        var showing = showings.remove(painting);
        if (showing != null) {
            usual = showing.budget.worked();
        }
    }

    private void show(Painting painting, Showing showing) {
        int left = painting.block();
        var blocks = affordable(left, showing.budget);
        if (blocks.isPresent()) {
            long began = effort.getAsLong();
            float[] picture = painting.ahead(blocks.get());
            long cost = effort.getAsLong() - began;
            learn(cost, blocks.get().size());
            pay(showing, cost);
            showing.looksAhead = true;
            tell(painting, showing, picture);
        } else if ((!showing.looksAhead || isLate(left)) && showing.budget.allows(plain)) {
            tell(painting, showing, painting.picture());
        }
    }

    /** All blocks that are to come, or the last but one alone; nothing if neither can be paid. */
    private Optional<List<Integer>> affordable(int left, PreviewBudget budget) {
        if (budget.allows(plain + perBlock * left)) {
            return Optional.of(all(left));
        }
        boolean isEarly = left > model.blocks() / 2;
        return isEarly && budget.allows(plain + perBlock)
                ? Optional.of(List.of(1))
                : Optional.empty();
    }

    /**
     * Whether the picture as it stands is more like what comes of it than early looks ahead are.
     */
    private boolean isLate(int left) {
        return 8 * left <= 3 * model.blocks();
    }

    private void tell(Painting painting, Showing showing, float... picture) {
        long began = effort.getAsLong();
        boolean isEarly = painting.block() > model.blocks() / 2;
        float[] shown = isEarly ? Smoothing.of(picture, model.patches()) : picture;
        painting.order().preview(painting.progress(), painting.number(), encoder.encode(shown));
        long cost = effort.getAsLong() - began;
        plain = (plain + cost) / 2;
        pay(showing, cost);
        showing.last = clock.getAsLong();
    }

    /** Looking ahead cost so much; in the last block there is nothing ahead. */
    private void learn(long cost, int blocks) {
        if (blocks > 0) {
            perBlock = (perBlock + (double) cost / blocks) / 2;
        }
    }

    private void pay(Showing showing, long cost) {
        showing.budget.spend((double) cost);
        spent.addAndGet(cost);
    }

    /** Nanoseconds of computing that previews have cost so far; any thread may ask. */
    long spent() {
        return spent.get();
    }
}
