package dev.millrace.gateway.http.openai;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.millrace.gateway.http.body.Json;
import dev.millrace.gateway.http.exchange.Exchange;
import dev.millrace.gateway.http.exchange.Problems;
import dev.millrace.gateway.http.exchange.Reader;
import dev.millrace.gateway.stream.StreamEvent;
import dev.millrace.gateway.stream.Subscription;
import dev.millrace.protocol.Body;
import dev.millrace.protocol.TokenLogprob;
import dev.millrace.protocol.codec.EventCodec;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Gathers a stream into one answer. What it holds is bounded by the model's context. */
final class Whole implements Reader {
    private final Exchange exchange;
    private final Asked asked;
    private final Answer answer;
    private final Head head;
    private final StringBuilder text = new StringBuilder();
    private final List<TokenLogprob> logprobs = new ArrayList<>();

    Whole(Exchange exchange, Asked asked, Answer answer, Head head) {
        this.exchange = exchange;
        this.asked = asked;
        this.answer = answer;
        this.head = head;
    }

    @Override
    public void attach(Subscription subscription) {}

    @Override
    public void next(List<StreamEvent> events) {
        for (var event : events) {
            hear(EventCodec.decode(event.type(), event.attributes(), event.data()));
        }
    }

    private void hear(Body body) {
        switch (body) {
            case Body.Accepted _, Body.Claimed _, Body.Progress _ -> {}
            case Body.Preview _, Body.Picture _, Body.Mask _ -> {}
            case Body.Delta delta -> {
                text.append(delta.text());
                logprobs.addAll(delta.logprobs());
            }
            case Body.Restarted _ -> {
                text.setLength(0);
                logprobs.clear();
            }
            case Body.Completed completed ->
                    exchange.json(200, Json.object(json -> write(json, completed)));
            case Body.Terminal end -> exchange.answer(Problems.of(end));
        }
    }

    private void write(JsonGenerator json, Body.Completed completed) throws IOException {
        head.write(json, answer.object(false));
        json.writeArrayFieldStart("choices");
        json.writeStartObject();
        json.writeNumberField("index", 0);
        answer.whole(json, text.toString());
        json.writeFieldName("logprobs");
        if (asked.logprobs()) {
            answer.logprobs(json, logprobs, 0);
        } else {
            json.writeNull();
        }
        json.writeStringField("finish_reason", completed.reason().word());
        json.writeEndObject();
        json.writeEndArray();
        Answer.usage(json, completed.usage());
    }

    @Override
    public void failed(Throwable cause) {
        exchange.fail(cause);
    }
}
