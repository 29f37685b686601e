package dev.millrace.gateway.http.openai;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.millrace.protocol.TokenLogprob;

import java.io.IOException;
import java.util.List;

/** {@code /v1/chat/completions}. */
final class ChatAnswer implements Answer {
    @Override
    public String object(boolean chunk) {
        return chunk ? "chat.completion.chunk" : "chat.completion";
    }

    @Override
    public String idPrefix() {
        return "chatcmpl-";
    }

    @Override
    public boolean beginsWithRole() {
        return true;
    }

    @Override
    public void role(JsonGenerator json) throws IOException {
        json.writeObjectFieldStart("delta");
        json.writeStringField("role", "assistant");
        json.writeStringField("content", "");
        json.writeEndObject();
    }

    @Override
    public void piece(JsonGenerator json, String text) throws IOException {
        json.writeObjectFieldStart("delta");
        if (!text.isEmpty()) {
            json.writeStringField("content", text);
        }
        json.writeEndObject();
    }

    @Override
    public void whole(JsonGenerator json, String text) throws IOException {
        json.writeObjectFieldStart("message");
        json.writeStringField("role", "assistant");
        json.writeStringField("content", text);
        json.writeNullField("refusal");
        json.writeEndObject();
    }

    @Override
    public void logprobs(JsonGenerator json, List<TokenLogprob> logprobs, int offset)
            throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("content");
        for (var logprob : logprobs) {
            json.writeStartObject();
            write(json, logprob);
            json.writeArrayFieldStart("top_logprobs");
            for (var top : logprob.top()) {
                json.writeStartObject();
                write(json, top);
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        }
        json.writeEndArray();
        json.writeNullField("refusal");
        json.writeEndObject();
    }

    private static void write(JsonGenerator json, TokenLogprob logprob) throws IOException {
        json.writeStringField("token", logprob.token());
        json.writeNumberField("logprob", Words.finite(logprob.logprob()));
        json.writeArrayFieldStart("bytes");
        for (int b : logprob.bytes()) {
            json.writeNumber(b);
        }
        json.writeEndArray();
    }
}
