package dev.millrace.workers.emit;

import java.util.function.BooleanSupplier;

/**
 * How many appends of one stream are under way. A full window holds whoever would append until half
 * of it is acknowledged, so that a source faster than the log waits here and not in memory.
 */
final class Window {
    /** After so long a waiter looks whether it shall go on waiting. */
    private static final long GLANCE_MILLIS = 50;

    private final int most;
    private int underWay;
    private boolean isFull;

    Window(int most) {
        this.most = most;
    }

    /** Waits for room while {@code goesOn}. */
    synchronized void await(BooleanSupplier goesOn) {
        try {
            while (isFull && goesOn.getAsBoolean()) {
                wait(GLANCE_MILLIS);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt(); // for the caller to see
        }
    }

    /** One more append is under way. */
    synchronized void began() {
        underWay++;
        isFull |= underWay >= most;
    }

    /** One was acknowledged or has failed. */
    synchronized void ended() {
        underWay--;
        if (isFull && underWay <= most / 2) {
            isFull = false;
            notifyAll();
        }
    }
}
