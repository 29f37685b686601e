package dev.millrace.gateway.http.segment;

import static dev.millrace.gateway.http.body.Segmentations.CLASSES;
import static dev.millrace.gateway.http.body.Segmentations.MIN_SCORE;
import static dev.millrace.gateway.http.body.Segmentations.MOST;
import static dev.millrace.gateway.http.body.Segmentations.PROMPTS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;

import dev.millrace.gateway.http.body.Envelope;
import dev.millrace.gateway.http.body.Fields;
import dev.millrace.gateway.http.body.Json;
import dev.millrace.gateway.http.body.Models;
import dev.millrace.gateway.http.body.Segmentations;
import dev.millrace.gateway.http.exchange.Forms;
import dev.millrace.gateway.refusal.Refusal;
import dev.millrace.gateway.submit.Submission;
import dev.millrace.protocol.Served;
import dev.millrace.protocol.Task;

import io.vertx.core.MultiMap;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Reads requests for masks, of JSON or of a form; what can be checked is, before it is queued. */
final class SegmentationRequests {
    private static final String STREAM = "stream";

    /** Fields of a form that are not read as they stand. */
    private static final Set<String> VALUES = Set.of(MOST, MIN_SCORE, PROMPTS, STREAM, "deadline");

    private final Models models;

    SegmentationRequests(Models models) {
        this.models = models;
    }

    /**
     * A checked request.
     *
     * @param stream whether masks come as events
     */
    record Asked(Submission submission, boolean stream) {}

    Asked read(Forms.Form form, String owner, String traceparent) {
        return read(fields(form.fields()), form.file(), owner, traceparent);
    }

    Asked read(Fields body, Optional<byte[]> picture, String owner, String traceparent) {
        var model = segmentModel(body);
        boolean stream = body.flag(STREAM).orElse(false);
        var submission =
                new Submission(
                        model.model(),
                        owner,
                        Envelope.deadline(body, model),
                        Segmentations.task(body, picture, model),
                        traceparent,
                        Envelope.cancelOnDisconnect(body, !stream));
        body.refuseOthers();
        return new Asked(submission, stream);
    }

    private Served.SegmentModel segmentModel(Fields body) {
        return switch (models.named(body)) {
            case Served.SegmentModel segment -> segment;
            case Served.TextModel text ->
                    throw Models.otherKind(body, Task.Segmentation.KIND, text);
            case Served.PictureModel picture ->
                    throw Models.otherKind(body, Task.Segmentation.KIND, picture);
        };
    }

    /** A form's fields as those of a JSON object. */
    private static Fields fields(MultiMap form) {
        var object = JsonNodeFactory.instance.objectNode();
        for (var name : form.names()) {
            object.set(name, value(name, form.getAll(name)));
        }
        return new Fields("", object);
    }

    private static JsonNode value(String name, List<String> values) {
        if (name.equals(CLASSES)) {
            return classes(values);
        }
        if (values.size() > 1) {
            throw Refusal.invalid(
                    name,
                    "%s must be in the form once, was %d times"
                            .formatted(Fields.shown(name), values.size()));
        }
        var text = values.getFirst();
        return VALUES.contains(name)
                ? Json.value(text).orElseGet(() -> JsonNodeFactory.instance.textNode(text))
                : JsonNodeFactory.instance.textNode(text);
    }

    /** Several fields, or names with commas between them. */
    private static JsonNode classes(List<String> values) {
        var array = JsonNodeFactory.instance.arrayNode();
        values.stream()
                .flatMap(value -> Arrays.stream(value.split(",")))
                .map(String::strip)
                .forEach(array::add);
        return array;
    }
}
