package dev.millrace.gateway;

import dev.millrace.gateway.stream.StreamEvent;
import dev.millrace.gateway.stream.Subscriber;
import dev.millrace.protocol.Body;
import dev.millrace.protocol.EventType;
import dev.millrace.protocol.codec.EventCodec;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A subscriber that remembers what it was told. */
public final class Recorder implements Subscriber {
    private final List<StreamEvent> events = new ArrayList<>();
    private final CompletableFuture<List<StreamEvent>> ended = new CompletableFuture<>();
    private final Consumer<List<StreamEvent>> reaction;

    public Recorder() {
        this(_ -> {});
    }

    public Recorder(Consumer<List<StreamEvent>> reaction) {
        this.reaction = reaction;
    }

    @Override
    public void next(List<StreamEvent> more) {
        synchronized (events) {
            events.addAll(more);
        }
        if (more.getLast().type().isTerminal()) {
            ended.complete(events());
        }
        reaction.accept(more);
    }

    @Override
    public void failed(Throwable cause) {
        ended.completeExceptionally(cause);
    }

    public List<StreamEvent> events() {
        synchronized (events) {
            return List.copyOf(events);
        }
    }

    /** All events, once the terminal one has come. */
    public List<StreamEvent> all() {
        try {
            return ended.get(30, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError("told " + words(events()) + " and no end", e);
        }
    }

    /** As {@code claimed#1}, {@code delta 1}. */
    public static List<String> words(List<StreamEvent> events) {
        return events.stream().map(Recorder::word).toList();
    }

    private static String word(StreamEvent event) {
        return event.type() == EventType.CLAIMED
                ? "claimed#" + event.attempt()
                : event.type().word() + " " + event.sequence();
    }

    public static String text(List<StreamEvent> events) {
        var text = new StringBuilder();
        for (var event : events) {
            if (EventCodec.decode(event.type(), event.attributes(), event.data())
                    instanceof Body.Delta delta) {
                text.append(delta.text());
            }
        }
        return text.toString();
    }
}
