package dev.millrace.protocol.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;

import dev.millrace.protocol.Usage;

import java.io.IOException;

/** What a job cost, as JSON; what was not counted is left out. */
final class UsageCodec {
    private static final String PROMPT = "prompt_tokens";
    private static final String COMPLETION = "completion_tokens";
    private static final String ATTENDED = "attended_fraction";
    private static final String SELECTIONS = "selections";
    private static final String KV_BYTES = "kv_bytes";
    private static final String CACHED = "cached_tokens";

    private UsageCodec() {}

    static void write(JsonGenerator json, Usage usage) throws IOException {
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
    }

    static Usage read(JsonNode json) {
        boolean hasAttention = json.has(KV_BYTES);
        return new Usage(
                Json.integer(json, PROMPT),
                Json.integer(json, COMPLETION),
                hasAttention ? Json.number(json, ATTENDED) : 1,
                hasAttention ? Json.whole(json, SELECTIONS) : 0,
                hasAttention ? Json.whole(json, KV_BYTES) : 0,
                json.has(CACHED) ? Json.integer(json, CACHED) : 0);
    }
}
