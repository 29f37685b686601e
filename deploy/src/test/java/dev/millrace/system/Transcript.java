package dev.millrace.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.app.GatewayClient.SseEvent;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** What a client has seen of one stream. */
record Transcript(List<SseEvent> events) {
    Transcript {
        events = List.copyOf(events);
    }

    String text() {
        return events.stream()
                .filter(event -> event.type().equals("delta"))
                .map(event -> event.data().path("text").asText())
                .collect(Collectors.joining());
    }

    List<Integer> tokens() {
        return events.stream()
                .filter(event -> event.type().equals("delta"))
                .flatMap(event ->
                        IntStream.range(0, event.data().path("tokens").size())
                                .mapToObj(i -> event.data().path("tokens").get(i).asInt()))
                .toList();
    }

    /** Each token's log probability, to the last bit. */
    List<Double> logprobs() {
        return events.stream()
                .filter(event -> event.data().has("logprobs"))
                .map(event -> event.data().path("logprobs").get(0).path("logprob").asDouble())
                .toList();
    }

    /** At which events a chunk began. */
    List<Integer> boundaries() {
        return events.stream()
                .filter(event -> event.data().path("boundary").asBoolean())
                .map(event -> event.data().path("sequence").asInt())
                .toList();
    }

    /** How often the stream was taken over, as the client saw it. */
    long claims() {
        return events.stream().filter(event -> event.type().equals("claimed")).count();
    }

    SseEvent last() {
        return events.getLast();
    }

    /** Dense numbers, ordered cursors, exactly one terminal event, and that the last. */
    Transcript isWhole() {
        var numbered = events.stream().filter(event -> event.data().has("sequence")).toList();
        assertThat(numbered)
                .extracting(event -> event.data().get("sequence").asInt())
                .containsExactlyElementsOf(IntStream.range(0, numbered.size()).boxed().toList());
        assertThat(events).extracting(SseEvent::id).isSorted().doesNotHaveDuplicates();
        assertThat(events.stream().filter(SseEvent::isTerminal)).singleElement().isEqualTo(last());
        return this;
    }

    /** Says what an undisturbed run says: the same tokens, and the same ending. */
    void isTheSameAs(Transcript undisturbed) {
        isWhole();
        assertThat(tokens()).isEqualTo(undisturbed.tokens());
        assertThat(text()).isEqualTo(undisturbed.text());
        assertThat(last().type()).isEqualTo(undisturbed.last().type());
    }
}
