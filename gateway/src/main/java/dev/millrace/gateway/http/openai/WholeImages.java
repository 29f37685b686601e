package dev.millrace.gateway.http.openai;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.millrace.gateway.http.body.Json;
import dev.millrace.gateway.http.exchange.Exchange;
import dev.millrace.gateway.http.exchange.Problems;
import dev.millrace.gateway.http.exchange.Reader;
import dev.millrace.gateway.stream.StreamEvent;
import dev.millrace.gateway.stream.Subscription;
import dev.millrace.protocol.Body;
import dev.millrace.protocol.Png;
import dev.millrace.protocol.codec.EventCodec;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Gathers a job's pictures into one answer. How many there may be is the model's limit. */
final class WholeImages implements Reader {
    private final Exchange exchange;
    private final ImageJson words;
    private final Map<Integer, Png> pictures = new TreeMap<>();

    WholeImages(Exchange exchange, ImageJson words) {
        this.exchange = exchange;
        this.words = words;
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
            case Body.Delta _, Body.Preview _, Body.Mask _ -> {}
            case Body.Picture picture -> pictures.put(picture.picture(), picture.image());
            case Body.Restarted _ -> pictures.clear();
            case Body.Completed _ -> exchange.json(200, Json.object(this::write));
            case Body.Terminal end -> exchange.answer(Problems.of(end));
        }
    }

    private void write(JsonGenerator json) throws IOException {
        json.writeNumberField("created", words.created());
        json.writeArrayFieldStart("data");
        for (var picture : pictures.values()) {
            json.writeStartObject();
            json.writeBinaryField("b64_json", picture.bytes());
            json.writeEndObject();
        }
        json.writeEndArray();
        words.about(json);
        words.usage(json, pictures.size());
    }

    @Override
    public void failed(Throwable cause) {
        exchange.fail(cause);
    }
}
