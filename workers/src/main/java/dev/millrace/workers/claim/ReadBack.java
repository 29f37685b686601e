package dev.millrace.workers.claim;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.Cursor;
import dev.millrace.protocol.EventType;
import dev.millrace.protocol.Fence;
import dev.millrace.protocol.Job;
import dev.millrace.protocol.Mark;
import dev.millrace.protocol.codec.EventCodec;
import dev.millrace.protocol.kafka.OutOfLog;
import dev.millrace.protocol.kafka.Records;
import dev.millrace.protocol.kafka.StreamReader;
import dev.millrace.workers.run.History;

import org.apache.kafka.clients.consumer.ConsumerRecord;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Reads a stream from its {@code accepted} up to one's own claim: what it has said, and whether the
 * claim is valid. The claim is known by its offset, never by its number.
 */
final class ReadBack {
    /** Offsets between two looks at the lock: some tenths of a second's reading. */
    private static final long STRETCH = 50_000;

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** What a read-back found. */
    sealed interface Finding {}

    /** The claim is valid. */
    record Valid(Cursor claim, History history) implements Finding {}

    /** The claim is void; the stream goes on under another. */
    record Outdone(int attempt) implements Finding {}

    /** The stream has ended. */
    record Ended() implements Finding {}

    /** The stream's start is no longer in the log. */
    record Gone() implements Finding {}

    /** The lock was lost meanwhile. */
    record LockLost() implements Finding {}

    private final StreamReader reader;
    private final Job job;
    private final long claim;
    private final List<Body.Content> said = new ArrayList<>();
    private Fence fence = Fence.START;
    private boolean isValid;
    private boolean hasHead;

    ReadBack(StreamReader reader, Job job, long claim) {
        this.reader = reader;
        this.job = job;
        this.claim = claim;
    }

    /**
     * @param keepLock called every now and then; false ends the reading
     */
    Finding read(BooleanSupplier keepLock) {
        try {
            for (long from = job.id().offset(); from <= claim; from += STRETCH) {
                read(from, Math.min(claim, from + STRETCH - 1));
                if (!hasHead) {
                    return new Gone();
                }
                if (!keepLock.getAsBoolean()) {
                    return new LockLost();
                }
            }
            return finding();
        } catch (OutOfLog _) {
            return new Gone();
        }
    }

    private void read(long from, long to) {
        reader.read(job.id().partition(), job.id().key(), from, to, PATIENCE, this::take);
    }

    private Finding finding() {
        if (fence.hasEnded()) {
            return new Ended();
        }
        return isValid
                ? new Valid(new Cursor(claim, fence), new History(said))
                : new Outdone(fence.attempt());
    }

    /** Takes the stream's next record; false if nothing after it matters. */
    private boolean take(ConsumerRecord<byte[], byte[]> record) {
        var mark = Records.mark(record);
        if (!hasHead) {
            hasHead =
                    record.offset() == job.id().offset()
                            && mark.filter(m -> m.type() == EventType.ACCEPTED).isPresent();
            return hasHead;
        }
        mark.ifPresent(m -> judge(record, m));
        return !fence.hasEnded();
    }

    private void judge(ConsumerRecord<byte[], byte[]> record, Mark mark) {
        switch (fence.judge(mark)) {
            case Fence.Admitted(var after) -> {
                fence = after;
                isValid = record.offset() == claim;
                remember(record, mark);
            }
            case Fence.Dropped _ -> {}
        }
    }

    private void remember(ConsumerRecord<byte[], byte[]> record, Mark mark) {
        if (mark.type() != EventType.CLAIMED
                && EventCodec.decode(
                                mark.type(), Records.attributes(record.headers()), record.value())
                        instanceof Body.Content content) {
            said.add(content);
        }
    }
}
