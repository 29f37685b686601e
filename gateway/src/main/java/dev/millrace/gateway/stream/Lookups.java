package dev.millrace.gateway.stream;

import dev.millrace.gateway.tail.LiveTail;
import dev.millrace.gateway.tail.OpenStreams;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.kafka.StreamReader;

import org.apache.kafka.clients.consumer.ConsumerRecord;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Reads a stream up to some point, to say how it stands there. */
public final class Lookups {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final CatchUp catchUp;
    private final LiveTail tail;
    private final OpenStreams open;

    Lookups(CatchUp catchUp, LiveTail tail, OpenStreams open) {
        this.catchUp = catchUp;
        this.tail = tail;
        this.open = open;
    }

    /**
     * How the stream stands now. Fails with a {@link dev.millrace.gateway.refusal.Refusal} as
     * {@link Streams#subscribe} does.
     */
    public CompletableFuture<Standing> now(JobId job, String owner) {
        if (!tail.isReady()) {
            return CompletableFuture.failedFuture(Refusals.notReady());
        }
        if (job.partition() >= tail.partitions()) {
            return CompletableFuture.failedFuture(Refusals.noSuchJob(job));
        }
        var known = open.find(job).flatMap(Standing::of);
        if (known.isPresent()) {
            return known.get().accepted().owner().equals(owner)
                    ? CompletableFuture.completedFuture(known.get())
                    : CompletableFuture.failedFuture(Refusals.noSuchJob(job));
        }
        return refusing(
                catchUp.read(log -> {
                    var first = new Address(job, owner).accepted(log);
                    long end = log.end(job.partition());
                    return read(log, Standing.at(job, first), end - 1);
                }));
    }

    /**
     * How the stream stands just after the record at this offset, going on from an earlier look.
     */
    public CompletableFuture<Standing> at(long offset, Standing earlier) {
        return refusing(catchUp.readOn(log -> read(log, earlier, offset)));
    }

    private static Standing read(StreamReader log, Standing from, long to) {
        var look = new Look(from);
        if (from.cursor().offset() < to) {
            log.read(
                    from.job().partition(),
                    from.job().key(),
                    from.cursor().offset() + 1,
                    to,
                    PATIENCE,
                    look::add);
        }
        return look.standing;
    }

    private static final class Look {
        private Standing standing;

        Look(Standing from) {
            this.standing = from;
        }

        boolean add(ConsumerRecord<byte[], byte[]> record) {
            standing = standing.after(record);
            return standing.end().isEmpty();
        }
    }

    private static <T> CompletableFuture<T> refusing(CompletableFuture<T> read) {
        return read.exceptionallyCompose(
                failure -> CompletableFuture.failedFuture(Refusals.of(failure)));
    }
}
