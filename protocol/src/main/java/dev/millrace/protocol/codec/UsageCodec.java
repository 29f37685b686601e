package dev.millrace.protocol.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;

import dev.millrace.protocol.Usage;

import java.io.IOException;
import java.util.Optional;

/** What a job cost, as JSON; what was not counted is left out. */
public final class UsageCodec {
    private static final String PROMPT = "prompt_tokens";
    private static final String COMPLETION = "completion_tokens";
    private static final String ATTENDED = "attended_fraction";
    private static final String SELECTIONS = "selections";
    private static final String KV_BYTES = "kv_bytes";
    private static final String CACHED = "cached_tokens";

    private static final String CLASSES = "classes";
    private static final String PROMPTS = "prompts";
    private static final String MASKS = "masks";
    private static final String FIRST = "first_mask_ms";
    private static final String MILLIS = "ms";

    private UsageCodec() {}

    /** Writes into an object that is already open. */
    public static void write(JsonGenerator json, Usage usage) throws IOException {
        json.writeNumberField(PROMPT, usage.promptTokens());
        json.writeNumberField(COMPLETION, usage.completionTokens());
        if (usage.hasAttention()) {
            json.writeNumberField(ATTENDED, usage.attendedFraction());
            json.writeNumberField(SELECTIONS, usage.selections());
            json.writeNumberField(KV_BYTES, usage.kvBytes());
        }
        if (usage.cachedTokens() > 0) {
            json.writeNumberField(CACHED, usage.cachedTokens());
        }
        if (usage.segmented().isPresent()) {
            write(json, usage.segmented().get());
        }
    }

    private static void write(JsonGenerator json, Usage.Segmented segmented) throws IOException {
        json.writeNumberField(CLASSES, segmented.classes());
        json.writeNumberField(PROMPTS, segmented.prompts());
        json.writeNumberField(MASKS, segmented.masks());
        json.writeNumberField(FIRST, segmented.firstMillis());
        json.writeNumberField(MILLIS, segmented.millis());
    }

    static Usage read(JsonNode json) {
        boolean hasAttention = json.has(KV_BYTES);
        return new Usage(
                Json.integer(json, PROMPT),
                Json.integer(json, COMPLETION),
                hasAttention ? Json.number(json, ATTENDED) : 1,
                hasAttention ? Json.whole(json, SELECTIONS) : 0,
                hasAttention ? Json.whole(json, KV_BYTES) : 0,
                json.has(CACHED) ? Json.integer(json, CACHED) : 0,
                json.has(MASKS) ? Optional.of(segmented(json)) : Optional.empty());
    }

    private static Usage.Segmented segmented(JsonNode json) {
        return new Usage.Segmented(
                Json.integer(json, CLASSES),
                Json.integer(json, PROMPTS),
                Json.integer(json, MASKS),
                Json.whole(json, FIRST),
                Json.whole(json, MILLIS));
    }
}
