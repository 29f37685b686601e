package dev.millrace.workers.run;

/**
 * How a worker stops: first it takes no more jobs, and when its grace period is over it hands over
 * those it has.
 */
public final class Drain {
    private volatile boolean begun;
    private volatile boolean handsOver;

    public void begin() {
        begun = true;
    }

    public void handOver() {
        begun = true;
        handsOver = true;
    }

    public boolean hasBegun() {
        return begun;
    }

    public boolean handsOver() {
        return handsOver;
    }
}
