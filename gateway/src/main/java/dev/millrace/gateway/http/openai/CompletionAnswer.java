package dev.millrace.gateway.http.openai;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.millrace.protocol.TokenLogprob;

import java.io.IOException;
import java.util.HashSet;
import java.util.List;

/** {@code /v1/completions}. */
final class CompletionAnswer implements Answer {
    @Override
    public String object(boolean chunk) {
        return "text_completion";
    }

    @Override
    public String idPrefix() {
        return "cmpl-";
    }

    @Override
    public boolean beginsWithRole() {
        return false;
    }

    @Override
    public void role(JsonGenerator json) throws IOException {
        piece(json, "");
    }

    @Override
    public void piece(JsonGenerator json, String text) throws IOException {
        json.writeStringField("text", text);
    }

    @Override
    public void whole(JsonGenerator json, String text) throws IOException {
        piece(json, text);
    }

    @Override
    public void logprobs(JsonGenerator json, List<TokenLogprob> logprobs, int offset)
            throws IOException {
        json.writeStartObject();
        json.writeArrayFieldStart("tokens");
        for (var logprob : logprobs) {
            json.writeString(logprob.token());
        }
        json.writeEndArray();
        json.writeArrayFieldStart("token_logprobs");
        for (var logprob : logprobs) {
            json.writeNumber(Words.finite(logprob.logprob()));
        }
        json.writeEndArray();
        tops(json, logprobs);
        json.writeArrayFieldStart("text_offset");
        int at = offset;
        for (var logprob : logprobs) {
            json.writeNumber(at);
            at += logprob.token().length();
        }
        json.writeEndArray();
        json.writeEndObject();
    }

    /** By token; where two have the same text, the likelier one. */
    private static void tops(JsonGenerator json, List<TokenLogprob> logprobs) throws IOException {
        json.writeArrayFieldStart("top_logprobs");
        for (var logprob : logprobs) {
            json.writeStartObject();
            var written = new HashSet<String>();
            for (var top : logprob.top()) {
                if (written.add(top.token())) {
                    json.writeNumberField(top.token(), Words.finite(top.logprob()));
                }
            }
            json.writeEndObject();
        }
        json.writeEndArray();
    }
}
