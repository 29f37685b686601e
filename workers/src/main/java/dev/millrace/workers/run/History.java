package dev.millrace.workers.run;

import dev.millrace.protocol.Body;

import java.util.List;

/**
 * What a stream has already said when a worker takes it over: its valid content events, in order.
 */
public record History(List<Body.Content> said) {
    public static final History NONE = new History(List.of());

    public History {
        said = List.copyOf(said);
    }
}
