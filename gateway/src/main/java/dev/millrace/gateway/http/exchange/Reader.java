package dev.millrace.gateway.http.exchange;

import dev.millrace.gateway.stream.Streams;
import dev.millrace.gateway.stream.Subscriber;
import dev.millrace.gateway.stream.Subscription;
import dev.millrace.protocol.Cursor;
import dev.millrace.protocol.JobId;

import io.vertx.core.Future;

/** A subscriber on behalf of one exchange. */
public interface Reader extends Subscriber {
    /** The subscription is open; comes before all events. */
    void attach(Subscription subscription);

    /**
     * Joins a stream and an exchange: when the client goes away before the answer is complete, the
     * subscription is closed.
     *
     * @param whenGone is run then, too
     * @return fails as {@link Streams#subscribe} does
     */
    static Future<?> follow(
            Streams streams,
            Exchange exchange,
            JobId job,
            Cursor after,
            Reader reader,
            Runnable whenGone) {
        var subscribed = streams.subscribe(job, exchange.owner(), after, reader);
        exchange.onGone(() -> {
            subscribed.onSuccess(Subscription::close);
            whenGone.run();
        });
        return subscribed.onSuccess(reader::attach);
    }
}
