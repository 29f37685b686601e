package dev.millrace.gateway.http.socket;

import dev.millrace.gateway.http.body.Fields;
import dev.millrace.gateway.http.exchange.Exchange;
import dev.millrace.gateway.http.exchange.HttpLimits;
import dev.millrace.gateway.http.exchange.Problems;
import dev.millrace.gateway.http.jobs.Cursors;
import dev.millrace.gateway.http.jobs.Departure;
import dev.millrace.gateway.http.jobs.JobBody;
import dev.millrace.gateway.refusal.Reason;
import dev.millrace.gateway.refusal.Refusal;
import dev.millrace.gateway.stream.JobStatus;
import dev.millrace.gateway.stream.Streams;
import dev.millrace.gateway.submit.Jobs;
import dev.millrace.gateway.submit.Submission;
import dev.millrace.protocol.Cursor;
import dev.millrace.protocol.JobId;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Does what one client's messages ask, and keeps the streams it follows, by the client's refs. */
final class Desk {
    private static final int MAX_REF = 128;

    private final Line line;
    private final JobBody body;
    private final Jobs jobs;
    private final Streams streams;
    private final Departure departure;
    private final HttpLimits limits;
    private final String owner;
    private final Map<String, Following> followings = new HashMap<>();
    private boolean closed;

    Desk(
            Line line,
            JobBody body,
            Jobs jobs,
            Streams streams,
            Departure departure,
            HttpLimits limits,
            String owner) {
        this.line = line;
        this.body = body;
        this.jobs = jobs;
        this.streams = streams;
        this.departure = departure;
        this.limits = limits;
        this.owner = owner;
    }

    /** What a message asks for, and under which ref the client hears of it. */
    record Asked(String ref, Runnable act) {}

    /** Reads a message; may run beside the event loop, as a job's input may be large. */
    Asked read(Fields message) {
        var ref = "";
        try {
            ref = ref(message);
            return new Asked(ref, act(message, ref));
        } catch (RuntimeException e) {
            var asked = ref;
            return new Asked(asked, () -> line.error(asked, Problems.of(e)));
        }
    }

    void hear(Asked asked) {
        try {
            asked.act().run();
        } catch (RuntimeException e) {
            line.error(asked.ref(), Problems.of(e));
        }
    }

    private static String ref(Fields message) {
        var ref = message.text("ref").orElse("");
        if (ref.isEmpty() || ref.length() > MAX_REF) {
            throw message.refusal(
                    "ref",
                    "must be a string of 1.." + MAX_REF + " characters, had " + ref.length());
        }
        return ref;
    }

    private Runnable act(Fields message, String ref) {
        var type = message.requiredText("type");
        return switch (type) {
            case "submit" -> {
                var submission = body.read(message, owner, "");
                yield () -> submit(submission, ref);
            }
            case "subscribe" -> () -> subscribe(message, ref);
            case "unsubscribe" -> () -> unsubscribe(message, ref);
            case "cancel" -> () -> cancel(message, ref);
            default ->
                    throw message.refusal(
                            "type",
                            "must be submit, subscribe, unsubscribe or cancel, was '"
                                    + Fields.shown(type)
                                    + "'");
        };
    }

    private void submit(Submission submission, String ref) {
        var following = reserve(ref);
        jobs.submit(submission)
                .onSuccess(job -> follow(following, job, Optional.empty()))
                .onFailure(cause -> following.failed(cause));
    }

    private void subscribe(Fields message, String ref) {
        var job = job(message);
        var after = message.text("after").map(Cursors::read);
        message.refuseOthers();
        var following = reserve(ref);
        if (after.filter(cursor -> cursor.fence().hasEnded()).isPresent()) {
            streams.status(job, owner)
                    .onSuccess(status -> nothingMore(following, status))
                    .onFailure(following::failed);
        } else {
            follow(following, job, after);
        }
    }

    private void nothingMore(Following following, JobStatus status) {
        if (status.last().isEmpty()) {
            following.failed(Refusal.of(Reason.GONE, "the stream has not ended, as after says"));
            return;
        }
        followings.remove(following.ref());
        line.reply(
                "ended",
                following.ref(),
                json -> json.writeStringField("job", status.id().toString()));
    }

    /** Takes the ref and a place among those that may be followed. */
    private Following reserve(String ref) {
        if (followings.containsKey(ref)) {
            throw Refusal.invalid(
                    "ref", "ref must be one that is not in use, was '" + Fields.shown(ref) + "'");
        }
        if (followings.size() >= limits.subscriptionsPerSocket()) {
            throw Refusal.of(
                    Reason.TOO_MANY,
                    "a socket may follow at most " + limits.subscriptionsPerSocket() + " streams");
        }
        var following = new Following(ref, line, followings::remove);
        followings.put(ref, following);
        return following;
    }

    private void follow(Following following, JobId job, Optional<Cursor> after) {
        following.begin(job, after.isEmpty());
        streams.subscribe(job, owner, after.orElseGet(() -> Cursor.at(job)), following)
                .onSuccess(subscription -> {
                    if (closed || followings.get(following.ref()) != following) {
                        subscription.close();
                    } else {
                        following.attach(subscription);
                    }
                })
                .onFailure(following::failed);
    }

    private void unsubscribe(Fields message, String ref) {
        message.refuseOthers();
        var following = followings.remove(ref);
        if (following == null) {
            throw Refusal.invalid(
                    "ref", "ref must be one that is followed, was '" + Fields.shown(ref) + "'");
        }
        following.close();
        line.reply("unsubscribed", ref, _ -> {});
    }

    private void cancel(Fields message, String ref) {
        var job = job(message);
        message.refuseOthers();
        jobs.cancel(job, owner)
                .onSuccess(end ->
                        line.reply(
                                "state",
                                ref,
                                json -> {
                                    json.writeStringField("job", job.toString());
                                    json.writeStringField("state", end.word());
                                }))
                .onFailure(cause -> line.error(ref, Problems.of(cause)));
    }

    private static JobId job(Fields message) {
        return Exchange.job(message.requiredText("job"));
    }

    /** The client is gone. */
    void close() {
        closed = true;
        var all = List.copyOf(followings.values());
        followings.clear();
        for (var following : all) {
            following.close();
            following.job().ifPresent(job -> departure.left(job, owner));
        }
    }
}
