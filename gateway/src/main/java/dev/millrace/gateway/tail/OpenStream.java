package dev.millrace.gateway.tail;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.Cursor;
import dev.millrace.protocol.Fence;
import dev.millrace.protocol.JobId;

import java.time.Instant;

/**
 * A stream that has begun and not ended, and how far it has come. Written by the one thread that
 * applies the log; anybody may look.
 */
public final class OpenStream {
    private final JobId job;
    private final Body.Accepted accepted;
    private final Instant created;
    private volatile Cursor cursor;

    OpenStream(JobId job, Body.Accepted accepted, Instant created) {
        this.job = job;
        this.accepted = accepted;
        this.created = created;
        this.cursor = Cursor.at(job);
    }

    public JobId job() {
        return job;
    }

    public Body.Accepted accepted() {
        return accepted;
    }

    /** The broker's time. */
    public Instant created() {
        return created;
    }

    /** The broker's time at which it has to end. */
    public Instant due() {
        return created.plus(accepted.deadline());
    }

    /** After the last valid event. */
    public Cursor cursor() {
        return cursor;
    }

    /** Judges the stream's next record; false if it is void. */
    boolean advance(LogRecord record) {
        return switch (cursor.fence().judge(record.mark())) {
            case Fence.Admitted(var after) -> {
                cursor = new Cursor(record.offset(), after);
                yield true;
            }
            case Fence.Dropped _ -> false;
        };
    }

    boolean hasEnded() {
        return cursor.fence().hasEnded();
    }
}
