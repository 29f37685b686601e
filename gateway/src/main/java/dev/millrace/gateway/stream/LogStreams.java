package dev.millrace.gateway.stream;

import dev.millrace.gateway.tail.LiveTail;
import dev.millrace.gateway.tail.Tap;
import dev.millrace.protocol.Cursor;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.kafka.ClientSettings;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;

import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Streams out of the log: new subscribers are checked, and then go their own way. */
public final class LogStreams implements Streams, AutoCloseable {
    private static final int READERS = 4;
    private static final int MAX_WAITING = 4096;

    private final Vertx vertx;
    private final LiveTail tail;
    private final CatchUp catchUp;
    private final Lookups lookups;
    private final Followers followers = new Followers();
    private final Follower.Sources sources = new LogSources();

    public LogStreams(Vertx vertx, ClientSettings settings, LiveTail tail) {
        this.vertx = vertx;
        this.tail = tail;
        this.catchUp = new CatchUp(settings, READERS, MAX_WAITING);
        this.lookups = new Lookups(catchUp, tail);
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
        var context = vertx.getOrCreateContext();
        var follower = new Follower(job, after, context, subscriber, sources);
        return on(context, check(job, owner, after))
                .map(_ -> {
                    context.runOnContext(_ -> follower.start());
                    return follower;
                });
    }

    private CompletableFuture<Boolean> check(JobId job, String owner, Cursor after) {
        var address = new Address(job, owner);
        return catchUp.read(log -> {
            address.accepted(log);
            address.check(log, after);
            return true;
        });
    }

    @Override
    public Future<JobStatus> status(JobId job, String owner) {
        return on(vertx.getOrCreateContext(), lookups.now(job, owner)).map(Standing::status);
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

    private final class LogSources implements Follower.Sources {
        @Override
        public long join(Follower follower, Cursor cursor) {
            followers.join(follower);
            return tail.position(follower.job().partition());
        }

        @Override
        public void leave(Follower follower) {
            followers.leave(follower);
        }

        @Override
        public void fellBack() {}

        @Override
        public void read(
                Follower follower, Cursor reader, long from, long to, Follower.Answer answer) {
            answer(
                    follower.context(),
                    catchUp.readOn(log -> Portion.read(log, follower.job(), reader, from, to)),
                    answer::portion,
                    answer::failed);
        }
    }
}
