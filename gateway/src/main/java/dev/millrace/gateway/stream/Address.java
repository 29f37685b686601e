package dev.millrace.gateway.stream;

import dev.millrace.gateway.refusal.Reason;
import dev.millrace.gateway.refusal.Refusal;
import dev.millrace.gateway.tail.LogRecord;
import dev.millrace.protocol.Cursor;
import dev.millrace.protocol.EventType;
import dev.millrace.protocol.Fence;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.Mark;
import dev.millrace.protocol.kafka.OutOfLog;
import dev.millrace.protocol.kafka.Records;
import dev.millrace.protocol.kafka.StreamReader;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Optional;

/**
 * Checks that a job's id and a cursor are what they claim to be, by the records they point at.
 * Nothing is read to, or appended for, somebody whose address does not hold.
 */
record Address(JobId job, String owner) {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /**
     * The stream's first record.
     *
     * @throws Refusal NO_SUCH_JOB or GONE
     */
    LogRecord accepted(StreamReader log) {
        if (job.offset() >= log.end(job.partition())) {
            throw Refusals.noSuchJob(job);
        }
        try {
            return at(log, job.offset())
                    .filter(record -> record.mark().type() == EventType.ACCEPTED)
                    .filter(record -> Records.owner(record.record().headers()).equals(owner))
                    .orElseThrow(() -> Refusals.noSuchJob(job));
        } catch (OutOfLog _) {
            throw Refusals.jobGone(job);
        }
    }

    /**
     * Checks that the record at the cursor is the stream's, and the one that the cursor names. Of a
     * claim only the attempt can be checked, as it has no sequence.
     *
     * @throws Refusal GONE
     */
    boolean check(StreamReader log, Cursor cursor) {
        if (cursor.equals(Cursor.at(job))) {
            return true;
        }
        if (cursor.offset() <= job.offset() || cursor.offset() >= log.end(job.partition())) {
            throw noSuchPlace(cursor);
        }
        if (!isThere(log, cursor)) {
            throw noSuchPlace(cursor);
        }
        return true;
    }

    private boolean isThere(StreamReader log, Cursor cursor) {
        try {
            return at(log, cursor.offset())
                    .filter(record -> mayLeadTo(cursor.fence(), record.mark()))
                    .isPresent();
        } catch (OutOfLog _) {
            throw Refusals.jobGone(job);
        }
    }

    private static boolean mayLeadTo(Fence fence, Mark mark) {
        return switch (mark.type()) {
            case ACCEPTED -> false; // the cursor there is checked without the log
            case CLAIMED -> mark.attempt() == fence.attempt() && !fence.hasEnded();
            case DELTA, PREVIEW, PICTURE, MASK, PROGRESS, RESTARTED ->
                    mark.attempt() == fence.attempt() && mark.sequence() == fence.sequence();
            case COMPLETED, FAILED, CANCELLED, EXPIRED ->
                    fence.hasEnded() && (mark.isClosing() || mark.sequence() == fence.sequence());
        };
    }

    private Optional<LogRecord> at(StreamReader log, long offset) {
        var found = new ArrayList<LogRecord>(1);
        log.read(
                job.partition(),
                job.key(),
                offset,
                offset,
                PATIENCE,
                record -> LogRecord.of(record).map(found::add).isEmpty());
        return found.stream().findFirst();
    }

    private Refusal noSuchPlace(Cursor cursor) {
        return Refusal.of(
                Reason.GONE,
                "the cursor '" + cursor + "' is no place in the stream of job '" + job + "'");
    }
}
