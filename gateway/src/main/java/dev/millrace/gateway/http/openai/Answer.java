package dev.millrace.gateway.http.openai;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.millrace.gateway.http.body.UsageJson;
import dev.millrace.protocol.TokenLogprob;
import dev.millrace.protocol.Usage;

import java.io.IOException;
import java.util.List;

/** How one of OpenAI's surfaces words an answer, whole or in pieces. */
interface Answer {
    /** The names of whole answers and of chunks. */
    String object(boolean chunk);

    /** What ids begin with. */
    String idPrefix();

    /** Whether the first chunk says who speaks. */
    boolean beginsWithRole();

    /** The content of the first choice of a chunk: who speaks. */
    void role(JsonGenerator json) throws IOException;

    /** The content of the first choice of a chunk. */
    void piece(JsonGenerator json, String text) throws IOException;

    /** The content of the first choice of a whole answer. */
    void whole(JsonGenerator json, String text) throws IOException;

    /**
     * The value of a choice's {@code logprobs}.
     *
     * @param offset characters of the answer before these
     */
    void logprobs(JsonGenerator json, List<TokenLogprob> logprobs, int offset) throws IOException;

    /** The end of every answer; what OpenAI's clients do not know they keep as further fields. */
    static void usage(JsonGenerator json, Usage usage) throws IOException {
        json.writeObjectFieldStart("usage");
        json.writeNumberField("prompt_tokens", usage.promptTokens());
        json.writeNumberField("completion_tokens", usage.completionTokens());
        json.writeNumberField("total_tokens", usage.promptTokens() + usage.completionTokens());
        if (usage.cachedTokens() > 0) {
            json.writeObjectFieldStart("prompt_tokens_details");
            json.writeNumberField(UsageJson.CACHED, usage.cachedTokens());
            json.writeEndObject();
        }
        UsageJson.attention(json, usage);
        json.writeEndObject();
    }
}
