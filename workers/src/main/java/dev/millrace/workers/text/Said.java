package dev.millrace.workers.text;

import dev.millrace.protocol.Body;
import dev.millrace.workers.run.History;

import java.util.List;

/**
 * What a stream has shown of an answer.
 *
 * @param tokens those behind the text, to be replayed
 */
record Said(List<Integer> tokens, String text) {
    static final Said NOTHING = new Said(List.of(), "");

    Said {
        tokens = List.copyOf(tokens);
    }

    /** What counts is what came after the stream last said that it starts again. */
    static Said of(History history) {
        var content = history.said();
        int from = 0;
        for (int i = 0; i < content.size(); i++) {
            if (content.get(i) instanceof Body.Restarted) {
                from = i + 1;
            }
        }
        var deltas =
                content.subList(from, content.size()).stream()
                        .filter(Body.Delta.class::isInstance)
                        .map(Body.Delta.class::cast)
                        .toList();
        var text = new StringBuilder();
        deltas.forEach(delta -> text.append(delta.text()));
        return new Said(
                deltas.stream().flatMap(delta -> delta.tokens().stream()).toList(),
                text.toString());
    }
}
