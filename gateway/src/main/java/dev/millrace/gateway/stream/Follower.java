package dev.millrace.gateway.stream;

import dev.millrace.gateway.tail.LogRecord;
import dev.millrace.protocol.Cursor;
import dev.millrace.protocol.JobId;

import io.vertx.core.Context;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One subscriber's way along its stream: from its cursor through the log to the live tail, and back
 * to the log whenever it is too slow for the tail. Its cursor, and so its fence, travels with it:
 * the same judgement is made wherever a record comes from, and no record is judged twice or passed
 * over.
 *
 * <p><b>Thread:</b> its context; only {@link #hasRoomFor} is the live tail's.
 *
 * <p><b>Bounds:</b> {@code PROMISED} on the way from the live tail to the context, and as much here
 * while the log is read; {@code KEPT} while the subscriber is paused. What finds no room is
 * dropped, and read from the log later.
 */
final class Follower implements Subscription {
    /** Bytes of data, plus {@link #RECORD_WEIGHT} for each record. */
    private static final int PROMISED = 256 * 1024;

    private static final int KEPT = 32 * 1024;
    private static final int RECORD_WEIGHT = 512;

    private enum State {
        /** The log is read, up to where the live tail takes over; live records are kept. */
        READING,
        /** The live tail's records are the next ones. */
        LIVE,
        /** Told nothing and kept nothing. */
        AWAY,
        OVER
    }

    private final JobId job;
    private final Context context;
    private final Subscriber subscriber;
    private final Sources sources;

    private final AtomicInteger promised = new AtomicInteger();
    private volatile boolean hasMissed;

    private State state = State.AWAY;
    private boolean isPaused;
    private Cursor cursor; // after the last event that the subscriber was told
    private long judged; // all records up to this offset
    private long liveFrom; // the live tail tells all records from this offset on
    private int reading; // tells the answer that is waited for from those that no longer are
    private List<LogRecord> kept = new ArrayList<>();
    private int keptWeight;

    Follower(JobId job, Cursor after, Context context, Subscriber subscriber, Sources sources) {
        this.job = job;
        this.cursor = after;
        this.judged = after.offset();
        this.context = context;
        this.subscriber = subscriber;
        this.sources = sources;
    }

    JobId job() {
        return job;
    }

    Context context() {
        return context;
    }

    /** Sets out, unless there is nothing more to tell. */
    void start() {
        if (cursor.fence().hasEnded()) {
            state = State.OVER;
        } else if (state == State.AWAY && !isPaused) {
            read();
        }
    }

    @Override
    public void pause() {
        isPaused = true;
        if (state == State.READING) {
            goAway();
        }
    }

    @Override
    public void resume() {
        isPaused = false;
        switch (state) {
            case LIVE -> tell(takeKept());
            case AWAY -> read();
            case READING, OVER -> {}
        }
    }

    @Override
    public void close() {
        if (state != State.OVER) {
            goAway();
            state = State.OVER;
        }
    }

    /**
     * Called by the live tail: whether the record may be sent on its way to {@link #arrive}. After
     * one that may not, none may, until the log has been read.
     */
    boolean hasRoomFor(LogRecord record) {
        if (hasMissed) {
            return false;
        }
        int weight = weight(record);
        int before = promised.getAndAdd(weight);
        if (before > 0 && before + weight > PROMISED) {
            promised.addAndGet(-weight);
            hasMissed = true; // what is on its way will notice
            return false;
        }
        return true;
    }

    /** The live tail's next records. */
    void arrive(List<LogRecord> records) {
        promised.addAndGet(-weight(records));
        switch (state) {
            case LIVE -> {
                if (isPaused) {
                    keep(records, KEPT);
                } else {
                    tell(records);
                }
            }
            case READING -> keep(records, PROMISED);
            case AWAY, OVER -> {}
        }
        if (hasMissed) {
            fallBack();
        }
    }

    /** The live tail has passed over records. */
    void fallBack() {
        switch (state) {
            case LIVE -> {
                sources.fellBack();
                goAway();
                if (!isPaused) {
                    read();
                }
            }
            case READING -> hasMissed = true; // noticed when the live tail would take over
            case AWAY, OVER -> {}
        }
    }

    private void goAway() {
        sources.leave(this);
        takeKept();
        reading++;
        state = State.AWAY;
    }

    /** Joins the live tail, then reads the log up to where the tail begins. */
    private void read() {
        state = State.READING;
        hasMissed = false;
        liveFrom = sources.join(this, cursor);
        readOn();
    }

    private void readOn() {
        if (judged + 1 < liveFrom) {
            sources.read(this, cursor, judged + 1, liveFrom - 1, new Expected(++reading));
        } else if (hasMissed) {
            goAway();
            read();
        } else {
            state = State.LIVE;
            tell(takeKept());
        }
    }

    private final class Expected implements Sources.Answer {
        private final int number;

        Expected(int number) {
            this.number = number;
        }

        private boolean isWaitedFor() {
            return number == reading && state == State.READING;
        }

        @Override
        public void portion(Portion portion) {
            if (isWaitedFor()) {
                judged = portion.scanned();
                say(portion.events());
                if (isWaitedFor()) { // not paused or closed meanwhile
                    readOn();
                }
            }
        }

        @Override
        public void failed(Throwable cause) {
            if (!isWaitedFor()) {
                return;
            }
            if (Refusals.mayPass(cause)) {
                sources.later(Follower.this, this::retry);
            } else {
                fail(cause);
            }
        }

        private void retry() {
            if (isWaitedFor()) {
                readOn();
            }
        }
    }

    private void keep(List<LogRecord> records, int most) {
        keptWeight += weight(records);
        if (keptWeight > most) {
            takeKept();
            hasMissed = true;
        } else if (!hasMissed) {
            kept.addAll(records);
        }
    }

    private List<LogRecord> takeKept() {
        var taken = kept;
        kept = new ArrayList<>();
        keptWeight = 0;
        return taken;
    }

    private void tell(List<LogRecord> records) {
        var events = new ArrayList<StreamEvent>(records.size());
        var reader = cursor;
        for (var record : records) {
            if (record.offset() > judged) {
                judged = record.offset();
                var event = Telling.next(reader, record);
                if (event.isPresent()) {
                    events.add(event.get());
                    reader = event.get().cursor();
                }
            }
        }
        say(events);
    }

    private void say(List<StreamEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        cursor = events.getLast().cursor();
        if (cursor.fence().hasEnded()) {
            close();
        }
        try {
            subscriber.next(events);
        } catch (RuntimeException e) {
            fail(e); // its own fault, and no other follower's
        }
    }

    private void fail(Throwable cause) {
        close();
        subscriber.failed(Refusals.of(cause));
    }

    private static int weight(List<LogRecord> records) {
        return records.stream().mapToInt(Follower::weight).sum();
    }

    private static int weight(LogRecord record) {
        return record.data().length + RECORD_WEIGHT;
    }
}
