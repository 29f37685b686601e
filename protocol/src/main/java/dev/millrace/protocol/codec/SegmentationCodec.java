package dev.millrace.protocol.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;

import dev.millrace.protocol.MaskFormat;
import dev.millrace.protocol.MaskPrompt;
import dev.millrace.protocol.PictureFile;
import dev.millrace.protocol.SegmentationParameters;
import dev.millrace.protocol.Task;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The picture of a job that looks for things in it, and what is looked for, as JSON. */
final class SegmentationCodec {
    private static final String PARAMETERS = "parameters";
    private static final String IMAGE = "image";
    private static final String CLASSES = "classes";
    private static final String PROMPTS = "prompts";
    private static final String BOX = "box";
    private static final String POINTS = "points";
    private static final int BOX_SIDES = 4;
    private static final int POINT_NUMBERS = 3;

    private SegmentationCodec() {}

    static void write(JsonGenerator json, Task.Segmentation task) throws IOException {
        json.writeObjectFieldStart(PARAMETERS);
        write(json, task.parameters());
        json.writeEndObject();
        json.writeBinaryField(IMAGE, task.picture().bytes());
    }

    private static void write(JsonGenerator json, SegmentationParameters parameters)
            throws IOException {
        json.writeArrayFieldStart(CLASSES);
        for (var name : parameters.classes()) {
            json.writeString(name);
        }
        json.writeEndArray();
        json.writeNumberField("max_masks", parameters.most());
        json.writeNumberField("min_score", parameters.minScore());
        json.writeStringField("format", parameters.format().word());
        if (!parameters.prompts().isEmpty()) {
            json.writeArrayFieldStart(PROMPTS);
            for (var prompt : parameters.prompts()) {
                write(json, prompt);
            }
            json.writeEndArray();
        }
    }

    private static void write(JsonGenerator json, MaskPrompt prompt) throws IOException {
        json.writeStartObject();
        if (prompt.box().isPresent()) {
            var box = prompt.box().get();
            double[] sides = {box.left(), box.top(), box.right(), box.bottom()};
            json.writeFieldName(BOX);
            json.writeArray(sides, 0, sides.length);
        }
        if (!prompt.points().isEmpty()) {
            json.writeArrayFieldStart(POINTS);
            for (var point : prompt.points()) {
                double[] numbers = {point.x(), point.y(), point.isInside() ? 1 : 0};
                json.writeArray(numbers, 0, numbers.length);
            }
            json.writeEndArray();
        }
        json.writeEndObject();
    }

    static Task.Segmentation read(JsonNode json) {
        return new Task.Segmentation(
                new PictureFile(Json.bytes(json, IMAGE)), parameters(Json.field(json, PARAMETERS)));
    }

    private static SegmentationParameters parameters(JsonNode json) {
        return new SegmentationParameters(
                Json.texts(json, CLASSES),
                json.has(PROMPTS)
                        ? Json.elements(json, PROMPTS).map(SegmentationCodec::prompt).toList()
                        : List.of(),
                Json.integer(json, "max_masks"),
                Json.number(json, "min_score"),
                MaskFormat.of(Json.text(json, "format"))
                        .orElseThrow(() -> new Unreadable("field 'format' has an unknown value")));
    }

    private static MaskPrompt prompt(JsonNode json) {
        return new MaskPrompt(
                json.has(BOX) ? Optional.of(box(Json.numbers(json, BOX))) : Optional.empty(),
                json.has(POINTS)
                        ? Json.rows(json, POINTS).stream().map(SegmentationCodec::point).toList()
                        : List.of());
    }

    private static MaskPrompt.Box box(List<Double> sides) {
        if (sides.size() != BOX_SIDES) {
            throw new Unreadable("field 'box' must hold left, top, right and bottom");
        }
        return new MaskPrompt.Box(sides.get(0), sides.get(1), sides.get(2), sides.get(3));
    }

    private static MaskPrompt.Point point(List<Double> numbers) {
        if (numbers.size() != POINT_NUMBERS) {
            throw new Unreadable("field 'points' must hold x, y and 1 or 0 of each");
        }
        return new MaskPrompt.Point(numbers.get(0), numbers.get(1), numbers.get(2) != 0);
    }
}
