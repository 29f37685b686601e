package dev.millrace.protocol.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;

import dev.millrace.protocol.Attention;
import dev.millrace.protocol.Served;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Registry records as CloudEvents. A model's key is its id, a worker's {@code MODEL/WORKER}; an
 * empty value takes it away.
 */
public final class ServedCodec {
    private static final String MODEL = "model";
    private static final String WORKER = "worker";
    private static final String ATTENTIONS = "attentions";

    /** Where a record says nothing. */
    private static final List<Attention> USUAL = List.of(Attention.SOFTMAX);

    private ServedCodec() {}

    /** The record's Kafka key. */
    public static String key(Served served) {
        return switch (served) {
            case Served.Model model -> model.model().name();
            case Served.Worker worker -> worker.model().name() + '/' + worker.worker();
        };
    }

    public static CloudEvent encode(Served served, String source) {
        var type =
                switch (served) {
                    case Served.Model _ -> MODEL;
                    case Served.Worker _ -> WORKER;
                };
        return new CloudEvent(
                key(served),
                type,
                source,
                key(served),
                CloudEvent.JSON,
                Map.of(),
                "",
                Json.object(json -> write(json, served)));
    }

    private static void write(JsonGenerator json, Served served) throws IOException {
        json.writeStringField("model", served.model().name());
        switch (served) {
            case Served.Model model -> write(json, model);
            case Served.Worker worker -> {
                json.writeStringField("worker", worker.worker());
                json.writeNumberField("slots", worker.slots());
                json.writeNumberField("busy", worker.busy());
                json.writeNumberField("interval_ms", worker.interval().toMillis());
            }
        }
    }

    private static void write(JsonGenerator json, Served.Model model) throws IOException {
        json.writeStringField("kind", model.kind());
        json.writeArrayFieldStart("names");
        for (var name : model.names()) {
            json.writeString(name);
        }
        json.writeEndArray();
        json.writeNumberField("context_tokens", model.contextTokens());
        json.writeNumberField("max_prompt_bytes", model.maxPromptBytes());
        json.writeNumberField("default_max_tokens", model.defaultMaxTokens());
        json.writeNumberField("default_temperature", model.defaultTemperature());
        json.writeNumberField("deadline_ms", model.deadline().toMillis());
        if (!model.attentions().equals(USUAL)) {
            json.writeArrayFieldStart(ATTENTIONS);
            for (var attention : model.attentions()) {
                json.writeString(attention.word());
            }
            json.writeEndArray();
        }
    }

    /**
     * @param type the CloudEvents type, without its prefix
     * @throws Unreadable if it is no registry record
     */
    public static Served decode(String type, byte[] data) {
        var json = Json.read(data);
        try {
            return switch (type) {
                case MODEL -> model(json);
                case WORKER -> worker(json);
                default ->
                        throw new Unreadable(
                                "expected a '" + MODEL + "' or '" + WORKER + "' record");
            };
        } catch (IllegalArgumentException e) {
            throw new Unreadable("not a valid registry record: " + e.getMessage(), e);
        }
    }

    private static Served.Model model(JsonNode json) {
        return new Served.Model(
                Json.model(json),
                Json.text(json, "kind"),
                Json.texts(json, "names"),
                Json.integer(json, "context_tokens"),
                Json.whole(json, "max_prompt_bytes"),
                Json.integer(json, "default_max_tokens"),
                Json.number(json, "default_temperature"),
                Duration.ofMillis(Json.whole(json, "deadline_ms")),
                attentions(json));
    }

    private static List<Attention> attentions(JsonNode json) {
        return json.has(ATTENTIONS)
                ? Json.elements(json, ATTENTIONS)
                        .map(element -> Json.attention(element, ATTENTIONS))
                        .toList()
                : USUAL;
    }

    private static Served.Worker worker(JsonNode json) {
        return new Served.Worker(
                Json.model(json),
                Json.text(json, "worker"),
                Json.integer(json, "slots"),
                Json.integer(json, "busy"),
                Duration.ofMillis(Json.whole(json, "interval_ms")));
    }
}
