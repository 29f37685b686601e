package dev.millrace.workers.claim;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Lets a worker's slots into their share group a few at a time. A consumer burns a core while its
 * first heartbeat is under way (KAFKA-21010 and its kin); all slots at once would starve the broker
 * that has to answer them.
 */
public final class Entrance {
    private static final int AT_A_TIME = 2;

    /** After this long without an answer it is another slot's turn. */
    private static final Duration LONGEST = Duration.ofSeconds(2);

    private static final Duration WAIT = Duration.ofMillis(500);

    private final Semaphore places = new Semaphore(AT_A_TIME);

    Visit visit() {
        return new Visit();
    }

    /** One slot's way in; for its thread only. */
    final class Visit {
        private boolean isInside;
        private boolean holdsPlace;
        private long since;

        /** Waits a while for its turn; true once the slot may poll, and from then on. */
        boolean isLetIn() {
            if (isInside) {
                return true;
            }
            try {
                isInside = places.tryAcquire(WAIT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
            holdsPlace = isInside;
            since = System.nanoTime();
            return isInside;
        }

        /** After every poll: makes room once the slot has been answered, or has tried for long. */
        void passOn(BooleanSupplier isAnswered) {
            if (holdsPlace
                    && (isAnswered.getAsBoolean()
                            || System.nanoTime() - since > LONGEST.toNanos())) {
                leave();
            }
        }

        void leave() {
            if (holdsPlace) {
                holdsPlace = false;
                places.release();
            }
        }
    }
}
