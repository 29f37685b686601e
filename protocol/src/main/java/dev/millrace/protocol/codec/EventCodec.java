package dev.millrace.protocol.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.Event;
import dev.millrace.protocol.EventType;
import dev.millrace.protocol.FinishReason;
import dev.millrace.protocol.Mark;
import dev.millrace.protocol.Png;
import dev.millrace.protocol.TokenLogprob;

import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Events as CloudEvents. */
public final class EventCodec {
    private static final String ON_DISCONNECT = "on_disconnect";
    private static final String CANCEL = "cancel";
    private static final String BOUNDARY = "boundary";

    private EventCodec() {}

    /**
     * @param source who says it, as {@code /workers/ID} or {@code /gateways/ID}
     * @param traceparent of the job; empty where there is none
     */
    public static CloudEvent encode(Event event, String source, String traceparent) {
        var mark = event.mark();
        var subject = event.place().job().toString();
        return new CloudEvent(
                id(subject, mark),
                mark.type().word(),
                source,
                subject,
                contentType(event.body()),
                extensions(mark, event.body()),
                traceparent,
                data(event.body()));
    }

    private static String id(String subject, Mark mark) {
        return mark.sequence() == Mark.NO_SEQUENCE
                ? subject + '-' + mark.attempt() + '-' + mark.type().word()
                : subject + '-' + mark.attempt() + '-' + mark.sequence();
    }

    private static String contentType(Body body) {
        return switch (body) {
            case Body.Preview _, Body.Picture _ -> Png.CONTENT_TYPE;
            case Body.Accepted _, Body.Claimed _, Body.Delta _, Body.Progress _ -> CloudEvent.JSON;
            case Body.Mask _, Body.Restarted _, Body.Terminal _ -> CloudEvent.JSON;
        };
    }

    private static Map<String, String> extensions(Mark mark, Body body) {
        var extensions = new HashMap<String, String>(4);
        extensions.put(CloudEvent.ATTEMPT, Integer.toString(mark.attempt()));
        if (mark.sequence() != Mark.NO_SEQUENCE) {
            extensions.put(CloudEvent.SEQUENCE, Integer.toString(mark.sequence()));
        }
        if (body instanceof Body.Accepted accepted) {
            extensions.put(CloudEvent.OWNER, accepted.owner());
        }
        if (body instanceof Body.Preview preview) {
            PictureCodec.put(preview, extensions);
        }
        if (body instanceof Body.Picture picture) {
            PictureCodec.put(picture, extensions);
        }
        return extensions;
    }

    private static byte[] data(Body body) {
        return switch (body) {
            case Body.Preview preview -> preview.image().bytes();
            case Body.Picture picture -> picture.image().bytes();
            case Body.Accepted _, Body.Claimed _, Body.Delta _, Body.Progress _ -> json(body);
            case Body.Mask _, Body.Restarted _, Body.Terminal _ -> json(body);
        };
    }

    private static byte[] json(Body body) {
        return Json.object(json -> write(json, body));
    }

    private static void write(JsonGenerator json, Body body) throws IOException {
        switch (body) {
            case Body.Accepted accepted -> {
                json.writeStringField("model", accepted.model().name());
                json.writeStringField("kind", accepted.kind());
                json.writeNumberField("deadline_ms", accepted.deadline().toMillis());
                if (accepted.cancelOnDisconnect()) {
                    json.writeStringField(ON_DISCONNECT, CANCEL);
                }
            }
            case Body.Claimed claimed -> json.writeStringField("worker", claimed.worker());
            case Body.Delta delta -> write(json, delta);
            case Body.Progress progress -> MaskCodec.write(json, progress);
            case Body.Mask mask -> MaskCodec.write(json, mask);
            case Body.Restarted restarted -> json.writeStringField("reason", restarted.reason());
            case Body.Completed completed -> write(json, completed);
            case Body.Failed failed -> {
                json.writeStringField("code", failed.code().word());
                json.writeStringField("message", failed.message());
                json.writeNumberField("attempts", failed.attempts());
            }
            case Body.Cancelled _, Body.Expired _ -> {}
            case Body.Preview _, Body.Picture _ ->
                    throw new IllegalArgumentException("a picture's data is no JSON");
        }
    }

    private static void write(JsonGenerator json, Body.Delta delta) throws IOException {
        json.writeStringField("text", delta.text());
        json.writeArrayFieldStart("tokens");
        for (int token : delta.tokens()) {
            json.writeNumber(token);
        }
        json.writeEndArray();
        if (!delta.logprobs().isEmpty()) {
            write(json, "logprobs", delta.logprobs());
        }
        if (delta.boundary()) {
            json.writeBooleanField(BOUNDARY, true);
        }
    }

    private static void write(JsonGenerator json, String field, List<TokenLogprob> logprobs)
            throws IOException {
        json.writeArrayFieldStart(field);
        for (var logprob : logprobs) {
            json.writeStartObject();
            json.writeStringField("token", logprob.token());
            json.writeFieldName("bytes");
            json.writeArray(
                    logprob.bytes().stream().mapToInt(Integer::intValue).toArray(),
                    0,
                    logprob.bytes().size());
            json.writeNumberField("logprob", logprob.logprob());
            if (!logprob.top().isEmpty()) {
                write(json, "top", logprob.top());
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, Body.Completed completed) throws IOException {
        json.writeStringField("finish_reason", completed.reason().word());
        json.writeObjectFieldStart("usage");
        UsageCodec.write(json, completed.usage());
        json.writeEndObject();
    }

    /**
     * Reads an event of this type.
     *
     * @throws Unreadable if it is not what the type says
     */
    public static Body decode(EventType type, Attributes attributes, byte[] data) {
        try {
            return switch (type) {
                case PREVIEW -> PictureCodec.preview(attributes, data);
                case PICTURE -> PictureCodec.picture(attributes, data);
                case ACCEPTED, CLAIMED, DELTA, PROGRESS, RESTARTED, MASK ->
                        body(type, attributes.value(CloudEvent.OWNER), Json.read(data));
                case COMPLETED, FAILED, CANCELLED, EXPIRED -> body(type, "", Json.read(data));
            };
        } catch (IllegalArgumentException e) {
            throw new Unreadable("no valid '" + type.word() + "' event: " + e.getMessage(), e);
        }
    }

    private static Body body(EventType type, String owner, JsonNode json) {
        return switch (type) {
            case ACCEPTED -> accepted(json, owner);
            case CLAIMED -> new Body.Claimed(Json.text(json, "worker"));
            case DELTA ->
                    new Body.Delta(
                            Json.text(json, "text"),
                            Json.integers(json, "tokens"),
                            logprobs(json, "logprobs"),
                            json.has(BOUNDARY) && Json.flag(json, BOUNDARY));
            case PROGRESS -> MaskCodec.progress(json);
            case MASK -> MaskCodec.mask(json);
            case RESTARTED -> new Body.Restarted(Json.text(json, "reason"));
            case COMPLETED -> completed(json);
            case FAILED -> failed(json);
            case CANCELLED -> new Body.Cancelled();
            case EXPIRED -> new Body.Expired();
            case PREVIEW, PICTURE ->
                    throw new IllegalArgumentException("a picture's data is no JSON");
        };
    }

    private static Body.Accepted accepted(JsonNode json, String owner) {
        var deadline = Duration.ofMillis(Json.whole(json, "deadline_ms"));
        return new Body.Accepted(
                Json.model(json),
                Json.text(json, "kind"),
                owner,
                deadline,
                json.path(ON_DISCONNECT).asText().equals(CANCEL));
    }

    private static Body.Completed completed(JsonNode json) {
        var word = Json.text(json, "finish_reason");
        var reason =
                FinishReason.of(word)
                        .orElseThrow(
                                () -> new Unreadable("field 'finish_reason' has an unknown value"));
        return new Body.Completed(reason, UsageCodec.read(Json.field(json, "usage")));
    }

    private static Body.Failed failed(JsonNode json) {
        var code =
                ErrorCode.of(Json.text(json, "code"))
                        .orElseThrow(() -> new Unreadable("field 'code' has an unknown value"));
        return new Body.Failed(code, Json.text(json, "message"), Json.integer(json, "attempts"));
    }

    private static List<TokenLogprob> logprobs(JsonNode json, String name) {
        return json.has(name)
                ? Json.elements(json, name).map(EventCodec::logprob).toList()
                : List.of();
    }

    private static TokenLogprob logprob(JsonNode json) {
        return new TokenLogprob(
                Json.text(json, "token"),
                Json.integers(json, "bytes"),
                Json.number(json, "logprob"),
                logprobs(json, "top"));
    }
}
