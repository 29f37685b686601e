package dev.millrace.gateway.http.exchange;

import dev.millrace.gateway.stream.StreamEvent;
import dev.millrace.gateway.stream.Subscription;
import dev.millrace.protocol.Body;
import dev.millrace.protocol.EventType;
import dev.millrace.protocol.codec.EventCodec;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Sends no status before the stream's first event after {@code claimed}: a job that fails at once
 * is answered with what is wrong, all others with the answer.
 */
public final class Opening implements Reader {
    private final Exchange exchange;
    private final Reader answer;
    private final HttpMeters meters;
    private final long asked = System.nanoTime();
    private Optional<Subscription> subscription = Optional.empty();
    private boolean open;

    /**
     * @param answer is attached when the answer begins
     */
    public Opening(Exchange exchange, Reader answer, HttpMeters meters) {
        this.exchange = exchange;
        this.answer = answer;
        this.meters = meters;
    }

    @Override
    public void attach(Subscription opened) {
        subscription = Optional.of(opened);
    }

    @Override
    public void next(List<StreamEvent> events) {
        if (open) {
            answer.next(events);
            return;
        }
        var first = events.stream().dropWhile(event -> isSilent(event.type())).toList();
        if (first.isEmpty()) {
            return;
        }
        if (first.getFirst().type().isTerminal()
                && first.getFirst().type() != EventType.COMPLETED) {
            exchange.answer(problem(first.getFirst()));
            return;
        }
        open = true;
        meters.firstToken(Duration.ofNanos(System.nanoTime() - asked));
        subscription.ifPresent(answer::attach);
        answer.next(first);
    }

    private static boolean isSilent(EventType type) {
        return switch (type) {
            case ACCEPTED, CLAIMED, PROGRESS, RESTARTED -> true;
            case DELTA, PREVIEW, PICTURE, MASK, COMPLETED, FAILED, CANCELLED, EXPIRED -> false;
        };
    }

    private static Problem problem(StreamEvent end) {
        return Problems.of(
                (Body.Terminal) EventCodec.decode(end.type(), end.attributes(), end.data()));
    }

    @Override
    public void failed(Throwable cause) {
        if (open) {
            answer.failed(cause);
        } else {
            exchange.fail(cause);
        }
    }
}
