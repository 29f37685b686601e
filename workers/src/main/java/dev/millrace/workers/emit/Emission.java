package dev.millrace.workers.emit;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.Event;
import dev.millrace.protocol.Job;
import dev.millrace.protocol.Place;
import dev.millrace.workers.run.Telling;

import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;

import java.util.Optional;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

/**
 * One attempt's voice in one stream. Numbers what is said. Once an append has failed, nothing more
 * is said under this attempt: the next number could never become valid.
 */
public final class Emission implements Telling {
    /** Unacknowledged appends: seconds of a fast model's tokens, and a fraction of a megabyte. */
    static final int WINDOW = 512;

    private final Emitter emitter;
    private final Job job;
    private final int attempt;
    private final BooleanSupplier ours;
    private final Window window = new Window(WINDOW);
    private int sequence;
    private @Nullable Future<RecordMetadata> last;
    private volatile boolean silent;

    Emission(Emitter emitter, Job job, int attempt, int sequence, BooleanSupplier ours) {
        this.emitter = emitter;
        this.job = job;
        this.attempt = attempt;
        this.sequence = sequence;
        this.ours = ours;
    }

    @Override
    public void say(Body.Content content) {
        window.await(this::isHeard);
        if (isHeard()) {
            var _ = append(content);
            emitter.tally().said.increment();
        }
    }

    /** Says the last word and waits for the log's answer; unknown if there is nobody to hear it. */
    public Receipt end(Body.Terminal terminal) {
        return isHeard() ? emitter.await(append(terminal)) : new Receipt.Unknown("no longer heard");
    }

    private Future<RecordMetadata> append(Body body) {
        var place = new Place(job.id().key(), attempt, ++sequence);
        var record = emitter.record(job.id(), new Event(place, body), job.traceparent());
        window.began();
        var append = emitter.send(record, this::answered);
        last = append;
        return append;
    }

    private void answered(Optional<Exception> failure) {
        if (failure.isPresent()) {
            silence();
        }
        window.ended();
    }

    @Override
    public boolean isHeard() {
        return !silent && ours.getAsBoolean();
    }

    /** From here on nothing is said. */
    public void silence() {
        silent = true;
    }

    /** Waits until everything said is acknowledged or has failed: appends keep their order. */
    public void flush() {
        var append = last;
        if (append != null) {
            emitter.await(append);
        }
    }
}
