package dev.millrace.workers.image;

import dev.millrace.workers.image.flow.FlowModel;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * Shows pictures in the making: each at most every now and then, and only what its budget allows.
 *
 * <p>A picture as it stands lacks the blocks that are still to come. One sweep over each of them
 * shows much more of it, for the time that this takes; who has been shown so much is not shown less
 * later.
 */
final class Previews {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final Duration INTERVAL = Duration.ofMillis(100);
    private static final double SHARE = 0.04;
    private static final int WARMING = 3;
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

    /** What was shown of a picture. */
    private static final class Showing {
        private final PreviewBudget budget;
        private long last;
        private boolean looksAhead;

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
        for (int i = 0; i < WARMING; i++) {
            measureOnce(new float[model.patches().values()]);
        }
        restart();
    }

    private void measureOnce(float... nothing) {
        long began = effort.getAsLong();
        float[] picture = model.ahead(nothing, FlowModel.ANY, model.blocks());
        long between = effort.getAsLong();
        encoder.encode(picture);
        perBlock = (double) (between - began) / model.blocks();
        plain = effort.getAsLong() - between;
    }

    /** Nothing was worked since the last round. */
    void restart() {
        worked = clock.getAsLong();
    }

    /** After a round. */
    void show(List<Painting> paintings) {
        long now = clock.getAsLong();
        for (var painting : paintings) {
            var showing =
                    showings.computeIfAbsent(painting, _ -> new Showing(newBudget.get(), worked));
            showing.budget.earn((double) (now - worked) / paintings.size());
            if (painting.isNew() && now - showing.last >= interval.toNanos()) {
                show(painting, showing);
            }
        }
        worked = clock.getAsLong();
    }

    private void show(Painting painting, Showing showing) {
        double ahead = perBlock * painting.block();
        if (showing.budget.allows(plain + ahead)) {
            long began = effort.getAsLong();
            float[] picture = painting.ahead();
            showing.budget.spend((double) (effort.getAsLong() - began));
            showing.looksAhead = true;
            tell(painting, showing, picture);
        } else if (!showing.looksAhead && showing.budget.allows(plain)) {
            tell(painting, showing, painting.picture());
        }
    }

    private void tell(Painting painting, Showing showing, float... picture) {
        long began = effort.getAsLong();
        painting.order().preview(painting.progress(), painting.number(), encoder.encode(picture));
        long cost = effort.getAsLong() - began;
        plain = (plain + cost) / 2;
        showing.budget.spend((double) cost);
        showing.last = clock.getAsLong();
    }
}
