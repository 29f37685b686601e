package dev.millrace.gateway.http.openai;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.millrace.gateway.http.body.Json;
import dev.millrace.gateway.http.body.Models;
import dev.millrace.gateway.http.body.Pictures;
import dev.millrace.gateway.http.exchange.Exchange;
import dev.millrace.gateway.registry.Registry;
import dev.millrace.protocol.Served;

import io.vertx.core.Future;

import java.io.IOException;
import java.util.List;

/** What is served, under every name it has. */
public final class ModelRoutes {
    private final Registry registry;
    private final Models models;

    public ModelRoutes(Registry registry) {
        this.registry = registry;
        this.models = new Models(registry);
    }

    public Future<?> list(Exchange exchange) {
        exchange.json(
                200,
                Json.object(json -> {
                    json.writeStringField("object", "list");
                    json.writeArrayFieldStart("data");
                    for (var model : registry.models()) {
                        for (var name : model.names()) {
                            json.writeStartObject();
                            write(json, name, model);
                            json.writeEndObject();
                        }
                    }
                    json.writeEndArray();
                }));
        return Future.succeededFuture();
    }

    public Future<?> one(Exchange exchange) {
        var name = exchange.path("model");
        var model = models.find(name);
        exchange.json(200, Json.object(json -> write(json, name, model)));
        return Future.succeededFuture();
    }

    /** The first fields are OpenAI's, the others ours. */
    private void write(JsonGenerator json, String name, Served.Model model) throws IOException {
        var workers = registry.workers(model);
        json.writeStringField("id", name);
        json.writeStringField("object", "model");
        json.writeNumberField("created", 0);
        json.writeStringField("owned_by", "millrace");
        json.writeStringField("kind", model.kind());
        switch (model) {
            case Served.TextModel text -> write(json, text);
            case Served.PictureModel pictures -> write(json, pictures);
            case Served.SegmentModel segment -> write(json, segment);
        }
        json.writeNumberField("workers", workers.size());
        json.writeNumberField("slots", workers.stream().mapToInt(Served.Worker::slots).sum());
        json.writeNumberField("busy", workers.stream().mapToInt(Served.Worker::busy).sum());
    }

    private static void write(JsonGenerator json, Served.TextModel model) throws IOException {
        json.writeNumberField("context_tokens", model.contextTokens());
        json.writeNumberField("max_prompt_bytes", model.maxPromptBytes());
        json.writeNumberField("default_max_tokens", model.defaultMaxTokens());
        json.writeArrayFieldStart("attentions");
        for (var attention : model.attentions()) {
            json.writeString(attention.word());
        }
        json.writeEndArray();
    }

    private static void write(JsonGenerator json, Served.PictureModel model) throws IOException {
        json.writeStringField("size", Pictures.words(model.side()));
        classes(json, model.classes());
        json.writeNumberField("max_n", model.most());
        json.writeNumberField("default_guidance", model.defaultGuidance());
        json.writeNumberField("default_denoise", model.defaultDenoise());
    }

    private static void write(JsonGenerator json, Served.SegmentModel model) throws IOException {
        classes(json, model.classes());
        json.writeNumberField("max_pixels", model.maxPixels());
        json.writeNumberField("max_masks", model.most());
        json.writeNumberField("default_min_score", model.defaultMinScore());
    }

    private static void classes(JsonGenerator json, List<String> classes) throws IOException {
        json.writeArrayFieldStart("classes");
        for (var name : classes) {
            json.writeString(name);
        }
        json.writeEndArray();
    }
}
