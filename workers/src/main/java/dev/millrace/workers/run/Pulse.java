package dev.millrace.workers.run;

import java.time.Duration;
import java.time.InstantSource;

/** Tells a working engine from a hung one by its steps. */
final class Pulse {
    private final InstantSource clock;
    private final java.time.Instant firstStepBy;
    private long seen;

    /**
     * @param firstStep how long the first step may take, which may hold a long prefill
     */
    Pulse(InstantSource clock, Duration firstStep, long steps) {
        this.clock = clock;
        this.firstStepBy = clock.instant().plus(firstStep);
        this.seen = steps;
    }

    /** Whether a step was made since the last call, or the first one is not overdue. */
    boolean beats(long steps) {
        boolean moved = steps != seen;
        seen = steps;
        return moved || clock.instant().isBefore(firstStepBy);
    }
}
