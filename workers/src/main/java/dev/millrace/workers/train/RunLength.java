package dev.millrace.workers.train;

import java.time.Duration;

/** How long a run trains. */
public sealed interface RunLength {
    /** So many steps, resumed or not. */
    record Steps(long count) implements RunLength {
        public Steps {
            if (count < 1) {
                throw new IllegalArgumentException("steps must be at least 1, was " + count);
            }
        }
    }

    /** As many steps as fit into the time. */
    record Within(Duration time) implements RunLength {
        public Within {
            if (!time.isPositive()) {
                throw new IllegalArgumentException("the time must be positive, was " + time);
            }
        }
    }
}
