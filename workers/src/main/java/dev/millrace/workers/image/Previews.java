package dev.millrace.workers.image;

import dev.millrace.workers.image.flow.Patches;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.WeakHashMap;
import java.util.function.LongSupplier;

/** Shows pictures in the making: each at most every now and then, and only what time allows. */
final class Previews {
    private static final Duration INTERVAL = Duration.ofMillis(100);

    private final Encoder encoder;
    private final LongSupplier clock;
    private final Duration interval;
    private final PreviewBudget budget;
    private final Map<Painting, Long> shown = new WeakHashMap<>();
    private long worked;

    Previews(Patches patches) {
        this(patches, INTERVAL, new PreviewBudget(), System::nanoTime);
    }

    /**
     * @param interval least time between two of a picture
     * @param clock nanoseconds
     */
    Previews(Patches patches, Duration interval, PreviewBudget budget, LongSupplier clock) {
        this.encoder = new Encoder(patches);
        this.interval = interval;
        this.budget = budget;
        this.clock = clock;
        this.worked = clock.getAsLong();
    }

    /** Nothing was worked since the last round. */
    void restart() {
        worked = clock.getAsLong();
    }

    /** After a round: those that were shown longest ago come first. */
    void show(List<Painting> paintings) {
        long now = clock.getAsLong();
        budget.earn(now - worked);
        paintings.stream()
                .filter(painting -> isDue(painting, now))
                .sorted((one, other) -> Long.compare(last(one, now), last(other, now)))
                .filter(_ -> budget.allows())
                .forEach(this::show);
        worked = clock.getAsLong();
    }

    private boolean isDue(Painting painting, long now) {
        return painting.isNew() && now - last(painting, now) >= interval.toNanos();
    }

    private long last(Painting painting, long now) {
        return shown.computeIfAbsent(painting, _ -> now);
    }

    private void show(Painting painting) {
        long began = clock.getAsLong();
        var image = encoder.encode(painting.sketch());
        painting.order().preview(painting.progress(), painting.number(), image);
        long ended = clock.getAsLong();
        budget.spend(ended - began);
        shown.put(painting, ended);
    }
}
