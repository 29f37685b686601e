package dev.millrace.workers.image;

import dev.millrace.workers.image.flow.FlowModel;

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
    private static final Duration INTERVAL = Duration.ofMillis(100);
    private static final double SHARE = 0.04;
    private static final Duration ADVANCE = Duration.ofMillis(3);

    private final FlowModel model;
    private final Encoder encoder;
    private final Duration interval;
    private final Supplier<PreviewBudget> newBudget;
    private final LongSupplier clock;
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
        this(model, INTERVAL, () -> new PreviewBudget(SHARE, ADVANCE), System::nanoTime);
    }

    /**
     * @param interval least time between two of a picture
     * @param newBudget a picture's
     * @param clock nanoseconds
     */
    Previews(
            FlowModel model,
            Duration interval,
            Supplier<PreviewBudget> newBudget,
            LongSupplier clock) {
        this.model = model;
        this.encoder = new Encoder(model.patches());
        this.interval = interval;
        this.newBudget = newBudget;
        this.clock = clock;
    }

    /** Measures what looking ahead costs; on the thread that is to do so. */
    void measure() {
        var nothing = new float[model.patches().values()];
        model.ahead(nothing, FlowModel.ANY, model.blocks());
        long began = clock.getAsLong();
        model.ahead(nothing, FlowModel.ANY, model.blocks());
        perBlock = (double) (clock.getAsLong() - began) / model.blocks();
        restart();
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
            long began = clock.getAsLong();
            float[] picture = painting.ahead();
            spend(showing, clock.getAsLong() - began);
            showing.looksAhead = true;
            tell(painting, showing, picture);
        } else if (!showing.looksAhead && showing.budget.allows(plain)) {
            tell(painting, showing, painting.picture());
        }
    }

    private void tell(Painting painting, Showing showing, float... picture) {
        long began = clock.getAsLong();
        painting.order().preview(painting.progress(), painting.number(), encoder.encode(picture));
        showing.last = clock.getAsLong();
        plain = plain == 0 ? showing.last - began : (plain + showing.last - began) / 2;
        spend(showing, showing.last - began);
    }

    private static void spend(Showing showing, long nanos) {
        showing.budget.spend(nanos);
    }
}
