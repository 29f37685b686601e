package dev.millrace.gateway.http.openai;

import com.fasterxml.jackson.core.JsonGenerator;

import java.io.IOException;

/**
 * What every chunk and every whole answer begins with.
 *
 * @param created seconds since 1970
 * @param model as the client calls it
 */
record Head(String id, long created, String model) {
    void write(JsonGenerator json, String object) throws IOException {
        json.writeStringField("id", id);
        json.writeStringField("object", object);
        json.writeNumberField("created", created);
        json.writeStringField("model", model);
    }
}
