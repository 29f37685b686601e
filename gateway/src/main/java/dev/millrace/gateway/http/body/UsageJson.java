package dev.millrace.gateway.http.body;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.millrace.protocol.Usage;

import java.io.IOException;

/** What a job cost, by the names that every surface uses. */
public final class UsageJson {
    private UsageJson() {}

    /** The name that OpenAI gave to what of a prompt was not computed anew. */
    public static final String CACHED = "cached_tokens";

    /** What was looked at, if that was counted. */
    public static void attention(JsonGenerator json, Usage usage) throws IOException {
        if (usage.hasAttention()) {
            json.writeNumberField("attended_fraction", usage.attendedFraction());
            json.writeNumberField("selections", usage.selections());
            json.writeNumberField("kv_bytes", usage.kvBytes());
        }
    }
}
