package dev.millrace.gateway.stream;

import dev.millrace.gateway.tail.LiveTail;
import dev.millrace.gateway.tail.OpenStream;
import dev.millrace.gateway.tail.OpenStreams;
import dev.millrace.gateway.tail.Tap;
import dev.millrace.protocol.Cursor;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.kafka.ClientSettings;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;

/** Streams out of the log: new subscribers are checked, and then go their own way. */
public final class LogStreams implements Streams, AutoCloseable {
    private static final int READERS = 4;
    private static final int MAX_WAITING = 4096;
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Vertx vertx;
    private final LiveTail tail;
    private final OpenStreams open;
    private final CatchUp catchUp;
    private final Lookups lookups;
    private final Followers followers = new Followers();
    private final Sources sources = new LogSources();
    private final LongAdder portions = new LongAdder();
    private final LongAdder fallBacks = new LongAdder();

    public LogStreams(Vertx vertx, ClientSettings settings, LiveTail tail, OpenStreams open) {
        this.vertx = vertx;
        this.tail = tail;
        this.open = open;
        this.catchUp = new CatchUp(settings, READERS, MAX_WAITING);
        this.lookups = new Lookups(catchUp, tail, open);
    }

    /** To be told by the live tail. */
    public Tap tap() {
        return followers;
    }

    public Lookups lookups() {
        return lookups;
    }

    @Override
    public Future<Subscription> subscribe(
            JobId job, String owner, Cursor after, Subscriber subscriber) {
        if (!tail.isReady()) {
            return Future.failedFuture(Refusals.notReady());
        }
        if (job.partition() >= tail.partitions()) {
            return Future.failedFuture(Refusals.noSuchJob(job));
        }
        return join(job, owner, after, subscriber);
    }

    private Future<Subscription> join(
            JobId job, String owner, Cursor after, Subscriber subscriber) {
        var context = vertx.getOrCreateContext();
        var follower = new Follower(job, after, context, subscriber, sources);
        return on(context, check(job, owner, after))
                .map(_ -> {
                    context.runOnContext(_ -> follower.start());
                    return follower;
                });
    }

    /** What is known of open streams need not be read from the log. */
    private CompletableFuture<Boolean> check(JobId job, String owner, Cursor after) {
        var address = new Address(job, owner);
        var known = open.find(job);
        if (known.isPresent() && !known.get().accepted().owner().equals(owner)) {
            return CompletableFuture.failedFuture(Refusals.noSuchJob(job));
        }
        if (known.isPresent()) {
            return isAt(known.get(), after)
                    ? CompletableFuture.completedFuture(true)
                    : catchUp.read(log -> address.check(log, after));
        }
        return catchUp.read(log -> {
            var _ = address.accepted(log);
            return address.check(log, after);
        });
    }

    private static boolean isAt(OpenStream stream, Cursor cursor) {
        return cursor.equals(Cursor.at(stream.job())) || cursor.equals(stream.cursor());
    }

    @Override
    public Future<JobStatus> status(JobId job, String owner) {
        return on(vertx.getOrCreateContext(), lookups.now(job, owner)).map(Standing::status);
    }

    /** Subscribers that are told live now, or are on their way there. */
    public int following() {
        return followers.count();
    }

    /** Reads that wait for a catch-up reader. */
    public int waiting() {
        return catchUp.waiting();
    }

    /** Portions that were read from the log. */
    public long portions() {
        return portions.sum();
    }

    /** How often a subscriber was too slow for the live tail. */
    public long fallBacks() {
        return fallBacks.sum();
    }

    private static <T> Future<T> on(Context context, CompletableFuture<T> read) {
        var promise = Promise.<T>promise();
        answer(context, read, promise::complete, promise::fail);
        return promise.future();
    }

    private static <T> void answer(
            Context context,
            CompletableFuture<T> read,
            Consumer<T> success,
            Consumer<Throwable> failure) {
        var _ =
                read.whenComplete((result, thrown) ->
                        context.runOnContext(_ -> {
                            if (thrown == null) {
                                success.accept(result);
                            } else {
                                failure.accept(Refusals.of(thrown));
                            }
                        }));
    }

    @Override
    public void close() {
        catchUp.close();
    }

    private final class LogSources implements Sources {
        /**
         * Whoever stands at the last event that the live tail has told of has nothing to read: the
         * tap that knows this is told before the followers are.
         */
        @Override
        public long join(Follower follower, Cursor cursor) {
            followers.join(follower);
            return open.find(follower.job())
                    .filter(stream -> stream.cursor().equals(cursor))
                    .map(_ -> cursor.offset() + 1)
                    .orElseGet(() -> tail.position(follower.job().partition()));
        }

        @Override
        public void leave(Follower follower) {
            followers.leave(follower);
        }

        @Override
        public void fellBack() {
            fallBacks.increment();
        }

        @Override
        public void later(Follower follower, Runnable action) {
            vertx.setTimer(
                    RETRY.toMillis(), _ -> follower.context().runOnContext(_ -> action.run()));
        }

        @Override
        public void read(
                Follower follower, Cursor reader, long from, long to, Sources.Answer answer) {
            portions.increment();
            answer(
                    follower.context(),
                    catchUp.readOn(log -> Portion.read(log, follower.job(), reader, from, to)),
                    answer::portion,
                    answer::failed);
        }
    }
}
