package dev.millrace.workers.claim;

import dev.millrace.protocol.Cursor;
import dev.millrace.protocol.Fence;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.Mark;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What the log says about one stream while this worker writes it. Registered before the claim is
 * appended, so that no record after the claim escapes it; starts to judge where the read-back
 * ended.
 *
 * <p><b>Threads:</b> the follower shows it records; the slot and the engine ask.
 */
final class Watch {
    /** Records of one stream between registration and the end of the read-back. */
    private static final int MOST_EARLY = 4096;

    private record Seen(long offset, Mark mark) {}

    private final JobId job;
    private final List<Seen> early = new ArrayList<>();
    private @Nullable Cursor cursor;
    private int attempt;
    private volatile boolean ours;

    Watch(JobId job) {
        this.job = job;
    }

    JobId job() {
        return job;
    }

    /** Whether the claim is the valid one, as far as the log has been followed. */
    boolean isOurs() {
        return ours;
    }

    /** The next record of the stream, in log order. */
    synchronized void see(long offset, Mark mark) {
        if (cursor != null) {
            judge(cursor, offset, mark);
        } else if (early.size() < MOST_EARLY) {
            early.add(new Seen(offset, mark));
        }
    }

    /** Takes over from the read-back, which ended at this cursor: the worker's own valid claim. */
    synchronized void start(Cursor claim) {
        attempt = claim.fence().attempt();
        cursor = claim;
        ours = early.size() < MOST_EARLY;
        for (var seen : early) {
            judge(cursor, seen.offset(), seen.mark());
        }
        early.clear();
    }

    private void judge(Cursor from, long offset, Mark mark) {
        if (offset <= from.offset()) {
            return;
        }
        var after =
                switch (from.fence().judge(mark)) {
                    case Fence.Admitted(var fence) -> fence;
                    case Fence.Dropped _ -> from.fence();
                };
        cursor = new Cursor(offset, after);
        if (after.attempt() != attempt) {
            ours = false;
        }
        notifyAll();
    }

    /** The log could not be followed; what it says is no longer known. */
    synchronized void lose() {
        ours = false;
        notifyAll();
    }

    /** Where the stream is known to stand. */
    synchronized Cursor cursor() {
        if (cursor == null) {
            throw new IllegalStateException("the read-back has not ended");
        }
        return cursor;
    }

    /** How the stream stands after the record at this offset; empty if it is not seen in time. */
    synchronized Optional<Fence> after(long offset, Duration atMost) throws InterruptedException {
        long deadline = System.nanoTime() + atMost.toNanos();
        while (cursor().offset() < offset) {
            long left = (deadline - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                return Optional.empty();
            }
            wait(left);
        }
        return Optional.of(cursor().fence());
    }
}
