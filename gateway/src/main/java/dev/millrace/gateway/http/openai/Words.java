package dev.millrace.gateway.http.openai;

import static java.nio.charset.StandardCharsets.US_ASCII;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.millrace.gateway.http.body.Json;
import dev.millrace.gateway.http.exchange.Problem;
import dev.millrace.gateway.http.exchange.Problems;
import dev.millrace.gateway.http.exchange.Pump;
import dev.millrace.gateway.http.exchange.Surface;
import dev.millrace.gateway.stream.StreamEvent;
import dev.millrace.protocol.Body;
import dev.millrace.protocol.codec.EventCodec;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;

import java.io.IOException;
import java.util.Optional;

/**
 * A stream as OpenAI's chunks: who speaks, the pieces, why it ended, what it cost, {@code [DONE]}.
 * A failure in the middle is an error event, and then the end: never an end that looks like a good
 * one.
 */
final class Words implements Pump.Words {
    private static final byte[] DATA = "data: ".getBytes(US_ASCII);
    private static final byte[] END = "\n\n".getBytes(US_ASCII);
    private static final byte[] DONE = "data: [DONE]\n\n".getBytes(US_ASCII);

    /** JSON has no infinities; OpenAI writes this for a token that cannot be. */
    private static final double IMPOSSIBLE = -9999;

    private final Asked asked;
    private final Answer answer;
    private final Head head;
    private int characters;
    private boolean isBoundary;

    Words(Asked asked, Answer answer, Head head) {
        this.asked = asked;
        this.answer = answer;
        this.head = head;
    }

    static double finite(double logprob) {
        return Math.max(logprob, IMPOSSIBLE);
    }

    @Override
    public void begin(HttpServerResponse response, Buffer to) {
        beginEvents(response);
        if (answer.beginsWithRole()) {
            choice(to, answer::role, Optional.empty());
        }
    }

    /** What comes before all events of any stream. */
    static void beginEvents(HttpServerResponse response) {
        response.putHeader("Content-Type", "text/event-stream")
                .putHeader("Cache-Control", "no-store")
                .putHeader("X-Accel-Buffering", "no");
    }

    @Override
    public Pump.Then say(StreamEvent event, Buffer to) {
        var body = EventCodec.decode(event.type(), event.attributes(), event.data());
        return switch (body) {
            case Body.Accepted _, Body.Claimed _, Body.Progress _ -> Pump.Then.GO_ON;
            case Body.Preview _, Body.Picture _, Body.Mask _ -> Pump.Then.GO_ON;
            case Body.Delta delta -> {
                piece(delta, to);
                yield Pump.Then.GO_ON;
            }
            case Body.Completed completed -> complete(completed, to);
            case Body.Restarted _ -> error(RESTARTED, to);
            case Body.Terminal end -> failed(end, to);
        };
    }

    static final Problem RESTARTED =
            Problem.passing(
                    500,
                    "restarted",
                    "Restarted",
                    "the answer had to be started again and does not continue what was sent");

    /** A boundary before a token that shows nothing is said with the next piece. */
    private void piece(Body.Delta delta, Buffer to) {
        isBoundary |= delta.boundary();
        if (delta.text().isEmpty() && delta.logprobs().isEmpty()) {
            return;
        }
        chunk(
                to,
                json -> {
                    json.writeStartObject();
                    json.writeNumberField("index", 0);
                    answer.piece(json, delta.text());
                    if (isBoundary) {
                        json.writeBooleanField("boundary", true);
                    }
                    json.writeFieldName("logprobs");
                    if (delta.logprobs().isEmpty()) {
                        json.writeNull();
                    } else {
                        answer.logprobs(json, delta.logprobs(), characters);
                    }
                    json.writeNullField("finish_reason");
                    json.writeEndObject();
                });
        isBoundary = false;
        for (var logprob : delta.logprobs()) {
            characters += logprob.token().length();
        }
    }

    private Pump.Then complete(Body.Completed completed, Buffer to) {
        choice(to, json -> answer.piece(json, ""), Optional.of(completed.reason().word()));
        if (asked.includeUsage()) {
            event(
                    to,
                    json -> {
                        head.write(json, answer.object(true));
                        json.writeArrayFieldStart("choices");
                        json.writeEndArray();
                        Answer.usage(json, completed.usage());
                    });
        }
        to.appendBytes(DONE);
        return Pump.Then.END;
    }

    private void choice(Buffer to, Json.Content content, Optional<String> finish) {
        chunk(
                to,
                json -> {
                    json.writeStartObject();
                    json.writeNumberField("index", 0);
                    content.write(json);
                    json.writeNullField("logprobs");
                    json.writeFieldName("finish_reason");
                    if (finish.isPresent()) {
                        json.writeString(finish.get());
                    } else {
                        json.writeNull();
                    }
                    json.writeEndObject();
                });
    }

    private void chunk(Buffer to, Json.Content choice) {
        event(
                to,
                json -> {
                    head.write(json, answer.object(true));
                    json.writeArrayFieldStart("choices");
                    choice.write(json);
                    json.writeEndArray();
                    noUsage(json);
                });
    }

    private void noUsage(JsonGenerator json) throws IOException {
        if (asked.includeUsage()) {
            json.writeNullField("usage");
        }
    }

    private static void event(Buffer to, Json.Content content) {
        to.appendBytes(DATA).appendBytes(Json.object(content)).appendBytes(END);
    }

    /** The end of a stream that was no good one. */
    static Pump.Then failed(Body.Terminal end, Buffer to) {
        return error(Problems.of(end), to);
    }

    /** The end of a stream that cannot be read on. */
    static void broken(Throwable cause, Buffer to) {
        error(Problems.of(cause), to);
    }

    static Pump.Then error(Problem problem, Buffer to) {
        to.appendBytes(DATA).appendBytes(Problems.bytes(problem, Surface.OPENAI)).appendBytes(END);
        return Pump.Then.END;
    }

    @Override
    public void breakOff(Throwable cause, Buffer to) {
        broken(cause, to);
    }
}
