package dev.millrace.gateway.stream;

import dev.millrace.gateway.refusal.Reason;
import dev.millrace.gateway.refusal.Refusal;
import dev.millrace.protocol.Body;
import dev.millrace.protocol.Cursor;
import dev.millrace.protocol.Event;
import dev.millrace.protocol.EventType;
import dev.millrace.protocol.Fence;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.JobKey;
import dev.millrace.protocol.Place;
import dev.millrace.protocol.codec.EventCodec;

import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/** A log in memory. Tests say what workers would say. */
public final class FakeStreams implements Streams {
    private static final Instant START = Instant.parse("2026-01-02T03:04:05.678Z");

    private final Vertx vertx;
    private final Map<JobId, Line> lines = new ConcurrentHashMap<>();
    private final AtomicLong offsets = new AtomicLong();

    public FakeStreams(Vertx vertx) {
        this.vertx = vertx;
    }

    private static final class Line {
        private final Body.Accepted accepted;
        private final List<StreamEvent> events = new ArrayList<>();
        private final List<Follower> followers = new ArrayList<>();
        private Fence fence = Fence.START;
        private int attempt;
        private Optional<Body.Terminal> end = Optional.empty();

        Line(Body.Accepted accepted) {
            this.accepted = accepted;
        }
    }

    private static final class Follower implements Subscription {
        private final Line line;
        private final Context context;
        private final Subscriber subscriber;
        private int next;
        private boolean paused;
        private boolean closed;
        private int pauses;

        Follower(Line line, Context context, Subscriber subscriber, int next) {
            this.line = line;
            this.context = context;
            this.subscriber = subscriber;
            this.next = next;
        }

        void wake() {
            context.runOnContext(_ -> hand());
        }

        private void hand() {
            List<StreamEvent> batch;
            synchronized (line) {
                if (paused || closed || next == line.events.size()) {
                    return;
                }
                batch = List.copyOf(line.events.subList(next, line.events.size()));
                next = line.events.size();
            }
            subscriber.next(batch);
        }

        @Override
        public void pause() {
            synchronized (line) {
                paused = true;
                pauses++;
            }
        }

        @Override
        public void resume() {
            synchronized (line) {
                paused = false;
            }
            wake();
        }

        @Override
        public void close() {
            synchronized (line) {
                closed = true;
                line.followers.remove(this);
            }
        }
    }

    /** A job whose stream has begun. */
    public JobId accept(Body.Accepted accepted) {
        var job = new JobId(0, offsets.incrementAndGet(), JobKey.random());
        lines.put(job, new Line(accepted));
        return job;
    }

    public void claim(JobId job) {
        var line = line(job);
        say(job, line.attempt + 1, new Body.Claimed("worker-1"));
    }

    /** The worker says this. */
    public void say(JobId job, Body body) {
        say(job, line(job).attempt, body);
    }

    /** Ends a stream that has not ended, for somebody who is not its worker; how it ended. */
    public EventType close(JobId job, Body.Terminal end) {
        var line = line(job);
        synchronized (line) {
            if (line.end.isEmpty()) {
                append(line, Event.closing(job.key(), end));
            }
            return line.end.orElseThrow().type();
        }
    }

    private void say(JobId job, int attempt, Body body) {
        var line = line(job);
        synchronized (line) {
            int sequence = body instanceof Body.Claimed ? -1 : line.fence.sequence() + 1;
            append(line, new Event(new Place(job.key(), attempt, sequence), body));
        }
    }

    private void append(Line line, Event event) {
        if (!(line.fence.judge(event.mark()) instanceof Fence.Admitted(var after))) {
            throw new IllegalArgumentException("void: " + event.mark());
        }
        line.fence = after;
        if (event.body() instanceof Body.Claimed) {
            line.attempt = event.place().attempt();
        }
        if (event.body() instanceof Body.Terminal terminal) {
            line.end = Optional.of(terminal);
        }
        var written = EventCodec.encode(event, "/workers/1", "");
        line.events.add(
                new StreamEvent(
                        event.body().type(),
                        new Cursor(offsets.incrementAndGet(), after),
                        line.attempt,
                        START,
                        name -> written.extensions().getOrDefault(name, ""),
                        written.data()));
        line.followers.forEach(Follower::wake);
    }

    private Line line(JobId job) {
        return Optional.ofNullable(lines.get(job)).orElseThrow();
    }

    /** The events so far. */
    public List<StreamEvent> events(JobId job) {
        var line = line(job);
        synchronized (line) {
            return List.copyOf(line.events);
        }
    }

    /** How many subscriptions a job has. */
    public int subscriptions(JobId job) {
        var line = line(job);
        synchronized (line) {
            return line.followers.size();
        }
    }

    /** Whether a subscription of this job is paused now. */
    public boolean isPaused(JobId job) {
        var line = line(job);
        synchronized (line) {
            return line.followers.stream().anyMatch(follower -> follower.paused);
        }
    }

    /** How often subscriptions of this job were paused. */
    public int pauses(JobId job) {
        var line = line(job);
        synchronized (line) {
            return line.followers.stream().mapToInt(follower -> follower.pauses).sum();
        }
    }

    /** All subscriptions of this job fail. */
    public void fail(JobId job, Throwable cause) {
        var line = line(job);
        synchronized (line) {
            for (var follower : List.copyOf(line.followers)) {
                follower.close();
                follower.context.runOnContext(_ -> follower.subscriber.failed(cause));
            }
        }
    }

    @Override
    public Future<Subscription> subscribe(
            JobId job, String owner, Cursor after, Subscriber subscriber) {
        return find(job, owner)
                .compose(line -> {
                    synchronized (line) {
                        int next = next(line, job, after);
                        if (next < 0) {
                            return Future.failedFuture(
                                    Refusal.of(Reason.GONE, "after is no place in this stream"));
                        }
                        var follower =
                                new Follower(line, vertx.getOrCreateContext(), subscriber, next);
                        line.followers.add(follower);
                        follower.wake();
                        return Future.succeededFuture(follower);
                    }
                });
    }

    private static int next(Line line, JobId job, Cursor after) {
        if (after.equals(Cursor.at(job))) {
            return 0;
        }
        for (int i = 0; i < line.events.size(); i++) {
            if (line.events.get(i).cursor().equals(after)) {
                return i + 1;
            }
        }
        return -1;
    }

    @Override
    public Future<JobStatus> status(JobId job, String owner) {
        return find(job, owner)
                .map(line -> {
                    synchronized (line) {
                        return new JobStatus(job, line.accepted, START, line.attempt, line.end);
                    }
                });
    }

    private Future<Line> find(JobId job, String owner) {
        var line = lines.get(job);
        return line == null || !line.accepted.owner().equals(owner)
                ? Future.failedFuture(
                        Refusal.of(Reason.NO_SUCH_JOB, "there is no job '" + job + "'"))
                : Future.succeededFuture(line);
    }
}
