package dev.millrace.workers.claim;

import java.util.NavigableSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How much of the broker's window of record locks is in use, as far as one worker can know: from
 * the oldest job it holds to the newest it was ever handed. When the window is full the broker
 * hands out no more jobs until the oldest is finished.
 */
public final class Window {
    private final NavigableSet<Long> held = new ConcurrentSkipListSet<>();
    private final AtomicLong newest = new AtomicLong(-1);

    void take(long offset) {
        held.add(offset);
        newest.accumulateAndGet(offset, Math::max);
    }

    void leave(long offset) {
        held.remove(offset);
    }

    /** In jobs; 0 when none is held. */
    public long use() {
        var oldest = held.ceiling(0L);
        return oldest == null ? 0 : newest.get() - oldest + 1;
    }
}
