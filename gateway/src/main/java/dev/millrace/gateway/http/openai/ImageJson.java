package dev.millrace.gateway.http.openai;

import com.fasterxml.jackson.core.JsonGenerator;

import java.io.IOException;

/** What OpenAI's answers say of all pictures alike. */
record ImageJson(AskedImages asked, long created) {
    void about(JsonGenerator json) throws IOException {
        json.writeStringField("size", asked.size());
        json.writeStringField("quality", asked.parameters().quality().word());
        json.writeStringField("background", "opaque");
        json.writeStringField("output_format", "png");
    }

    /** Prompts cost nothing; a picture costs the tokens that it is made of. */
    void usage(JsonGenerator json, int pictures) throws IOException {
        int tokens = pictures * asked.tokens();
        json.writeObjectFieldStart("usage");
        json.writeNumberField("input_tokens", 0);
        json.writeNumberField("output_tokens", tokens);
        json.writeNumberField("total_tokens", tokens);
        json.writeObjectFieldStart("input_tokens_details");
        json.writeNumberField("image_tokens", 0);
        json.writeNumberField("text_tokens", 0);
        json.writeEndObject();
        json.writeEndObject();
    }
}
