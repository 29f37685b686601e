package dev.millrace.protocol.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;

import dev.millrace.protocol.Attention;
import dev.millrace.protocol.Served;
import dev.millrace.protocol.Task;

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
    private static final String KIND = "kind";
    private static final String DEADLINE = "deadline_ms";
    private static final String ATTENTIONS = "attentions";

    private static final String CLASSES = "classes";
    private static final String MOST = "most";

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
        json.writeStringField(KIND, model.kind());
        texts(json, "names", model.names());
        switch (model) {
            case Served.TextModel text -> write(json, text);
            case Served.PictureModel picture -> write(json, picture);
            case Served.SegmentModel segment -> write(json, segment);
        }
    }

    private static void write(JsonGenerator json, Served.TextModel model) throws IOException {
        json.writeNumberField("context_tokens", model.contextTokens());
        json.writeNumberField("max_prompt_bytes", model.maxPromptBytes());
        json.writeNumberField("default_max_tokens", model.defaultMaxTokens());
        json.writeNumberField("default_temperature", model.defaultTemperature());
        json.writeNumberField(DEADLINE, model.deadline().toMillis());
        if (!model.attentions().equals(USUAL)) {
            texts(json, ATTENTIONS, model.attentions().stream().map(Attention::word).toList());
        }
    }

    private static void write(JsonGenerator json, Served.PictureModel model) throws IOException {
        json.writeNumberField("side", model.side());
        json.writeNumberField("tokens", model.tokens());
        texts(json, CLASSES, model.classes());
        json.writeNumberField(MOST, model.most());
        json.writeNumberField("default_guidance", model.defaultGuidance());
        json.writeNumberField("default_denoise", model.defaultDenoise());
        json.writeNumberField(DEADLINE, model.deadline().toMillis());
    }

    private static void write(JsonGenerator json, Served.SegmentModel model) throws IOException {
        texts(json, CLASSES, model.classes());
        json.writeNumberField("max_pixels", model.maxPixels());
        json.writeNumberField(MOST, model.most());
        json.writeNumberField("default_min_score", model.defaultMinScore());
        json.writeNumberField(DEADLINE, model.deadline().toMillis());
    }

    private static void texts(JsonGenerator json, String name, List<String> texts)
            throws IOException {
        json.writeArrayFieldStart(name);
        for (var text : texts) {
            json.writeString(text);
        }
        json.writeEndArray();
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
        return switch (Json.text(json, KIND)) {
            case Task.Text.KIND -> text(json);
            case Task.Picture.KIND -> picture(json);
            case Task.Segmentation.KIND -> segment(json);
            default -> throw new Unreadable("field 'kind' names none that this version knows");
        };
    }

    private static Served.TextModel text(JsonNode json) {
        return new Served.TextModel(
                Json.model(json),
                Json.texts(json, "names"),
                Json.integer(json, "context_tokens"),
                Json.whole(json, "max_prompt_bytes"),
                Json.integer(json, "default_max_tokens"),
                Json.number(json, "default_temperature"),
                Duration.ofMillis(Json.whole(json, DEADLINE)),
                attentions(json));
    }

    private static Served.PictureModel picture(JsonNode json) {
        return new Served.PictureModel(
                Json.model(json),
                Json.texts(json, "names"),
                Json.integer(json, "side"),
                Json.integer(json, "tokens"),
                Json.texts(json, CLASSES),
                Json.integer(json, MOST),
                Json.number(json, "default_guidance"),
                Json.number(json, "default_denoise"),
                Duration.ofMillis(Json.whole(json, DEADLINE)));
    }

    private static Served.SegmentModel segment(JsonNode json) {
        return new Served.SegmentModel(
                Json.model(json),
                Json.texts(json, "names"),
                Json.texts(json, CLASSES),
                Json.whole(json, "max_pixels"),
                Json.integer(json, MOST),
                Json.number(json, "default_min_score"),
                Duration.ofMillis(Json.whole(json, DEADLINE)));
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
