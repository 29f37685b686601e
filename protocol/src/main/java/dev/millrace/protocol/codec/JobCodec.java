package dev.millrace.protocol.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;

import dev.millrace.protocol.Attention;
import dev.millrace.protocol.Job;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.PictureParameters;
import dev.millrace.protocol.Quality;
import dev.millrace.protocol.Task;
import dev.millrace.protocol.TextParameters;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** Jobs as CloudEvents. */
public final class JobCodec {
    public static final String TYPE = "job";

    private static final String ATTENTION = "attention";
    private static final String PARAMETERS = "parameters";
    private static final String LABEL = "class";

    private JobCodec() {}

    public static CloudEvent encode(Job job, String source) {
        var subject = job.id().key().toString();
        return new CloudEvent(
                subject,
                TYPE,
                source,
                subject,
                CloudEvent.JSON,
                Map.of(CloudEvent.OWNER, job.owner()),
                job.traceparent(),
                Json.object(json -> write(json, job)));
    }

    private static void write(JsonGenerator json, Job job) throws IOException {
        json.writeStringField("id", job.id().toString());
        json.writeStringField("model", job.model().name());
        json.writeNumberField("deadline_ms", job.deadline().toMillis());
        json.writeStringField("kind", job.task().kind());
        switch (job.task()) {
            case Task.Text text -> write(json, text);
            case Task.Picture picture -> {
                json.writeObjectFieldStart(PARAMETERS);
                write(json, picture.parameters());
                json.writeEndObject();
            }
            case Task.Segmentation segmentation -> SegmentationCodec.write(json, segmentation);
        }
    }

    private static void write(JsonGenerator json, PictureParameters parameters) throws IOException {
        if (parameters.label() != PictureParameters.ANY) {
            json.writeNumberField(LABEL, parameters.label());
        }
        json.writeNumberField("n", parameters.count());
        json.writeNumberField("side", parameters.side());
        json.writeNumberField("seed", parameters.seed());
        json.writeNumberField("guidance", parameters.guidance());
        json.writeNumberField("denoise", parameters.denoise());
        json.writeStringField("quality", parameters.quality().word());
    }

    private static void write(JsonGenerator json, Task.Text text) throws IOException {
        switch (text.prompt()) {
            case Task.Plain plain -> json.writeStringField("prompt", plain.text());
            case Task.Chat chat -> {
                json.writeArrayFieldStart("messages");
                for (var message : chat.messages()) {
                    json.writeStartObject();
                    json.writeStringField("role", message.role());
                    json.writeStringField("content", message.content());
                    json.writeEndObject();
                }
                json.writeEndArray();
            }
        }
        json.writeObjectFieldStart(PARAMETERS);
        write(json, text.parameters());
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, TextParameters parameters) throws IOException {
        json.writeNumberField("max_tokens", parameters.maxTokens());
        json.writeNumberField("temperature", parameters.temperature());
        json.writeNumberField("top_p", parameters.topP());
        json.writeNumberField("top_k", parameters.topK());
        json.writeNumberField("seed", parameters.seed());
        json.writeArrayFieldStart("stop");
        for (var stop : parameters.stop()) {
            json.writeString(stop);
        }
        json.writeEndArray();
        json.writeNumberField("logprobs", parameters.logprobs());
        if (parameters.attention() != Attention.AUTO) {
            json.writeStringField(ATTENTION, parameters.attention().word());
        }
    }

    /**
     * @param owner the value of the {@code owner} attribute
     * @throws Unreadable if the data is no job
     */
    public static Job decode(String owner, String traceparent, byte[] data) {
        var json = Json.read(data);
        try {
            var id =
                    JobId.parse(Json.text(json, "id"))
                            .orElseThrow(() -> new Unreadable("field 'id' is no job id"));
            var deadline = Duration.ofMillis(Json.whole(json, "deadline_ms"));
            return new Job(id, Json.model(json), owner, deadline, task(json), traceparent);
        } catch (IllegalArgumentException e) {
            throw new Unreadable("not a valid job: " + e.getMessage(), e);
        }
    }

    /** Where the job's stream is, even if the rest cannot be read; empty if that cannot either. */
    public static Optional<JobId> address(byte[] data) {
        try {
            return JobId.parse(Json.text(Json.read(data), "id"));
        } catch (Unreadable _) {
            return Optional.empty();
        }
    }

    private static Task task(JsonNode json) {
        return switch (Json.text(json, "kind")) {
            case Task.Text.KIND ->
                    new Task.Text(prompt(json), parameters(Json.field(json, PARAMETERS)));
            case Task.Picture.KIND ->
                    new Task.Picture(pictureParameters(Json.field(json, PARAMETERS)));
            case Task.Segmentation.KIND -> SegmentationCodec.read(json);
            default ->
                    throw new Unreadable(
                            "field 'kind' must be 'text', 'image' or 'segment' for this version to"
                                    + " read the job");
        };
    }

    private static PictureParameters pictureParameters(JsonNode json) {
        return new PictureParameters(
                json.has(LABEL) ? Json.integer(json, LABEL) : PictureParameters.ANY,
                Json.integer(json, "n"),
                Json.integer(json, "side"),
                Json.whole(json, "seed"),
                Json.number(json, "guidance"),
                Json.number(json, "denoise"),
                Quality.of(Json.text(json, "quality"))
                        .orElseThrow(() -> new Unreadable("field 'quality' has an unknown value")));
    }

    private static Task.Prompt prompt(JsonNode json) {
        if (json.has("prompt")) {
            return new Task.Plain(Json.text(json, "prompt"));
        }
        return new Task.Chat(
                Json.elements(json, "messages")
                        .map(m -> new Task.Message(Json.text(m, "role"), Json.text(m, "content")))
                        .toList());
    }

    private static TextParameters parameters(JsonNode json) {
        return new TextParameters(
                Json.integer(json, "max_tokens"),
                Json.number(json, "temperature"),
                Json.number(json, "top_p"),
                Json.integer(json, "top_k"),
                Json.whole(json, "seed"),
                Json.texts(json, "stop"),
                Json.integer(json, "logprobs"),
                json.has(ATTENTION)
                        ? Json.attention(json.get(ATTENTION), ATTENTION)
                        : Attention.AUTO);
    }
}
