package dev.millrace.protocol.codec;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.JsonNode;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.Png;

import java.io.IOException;
import java.util.List;

/** Masks, and what comes before them, as JSON; names as in COCO's results where it has them. */
final class MaskCodec {
    private static final String CLASS = "class";
    private static final String SCORE = "score";
    private static final String PROMPT = "prompt";
    private static final String SEGMENTATION = "segmentation";
    private static final String COUNTS = "counts";
    private static final String SIZE = "size";
    private static final String BITMAP = "png";
    private static final String FOUND = "classes";
    private static final String PROMPTS = "prompts";
    private static final int BOX_SIDES = 4;

    private MaskCodec() {}

    static void write(JsonGenerator json, Body.Progress progress) throws IOException {
        json.writeStringField("stage", progress.stage());
        json.writeNumberField("fraction", progress.fraction());
        if (!progress.found().isEmpty()) {
            json.writeArrayFieldStart(FOUND);
            for (var presence : progress.found()) {
                json.writeStartObject();
                json.writeStringField(CLASS, presence.label());
                json.writeNumberField(SCORE, presence.score());
                json.writeEndObject();
            }
            json.writeEndArray();
        }
        if (progress.prompts() > 0) {
            json.writeNumberField(PROMPTS, progress.prompts());
        }
    }

    static Body.Progress progress(JsonNode json) {
        var found =
                json.has(FOUND)
                        ? Json.elements(json, FOUND)
                                .map(each ->
                                        new Body.Presence(
                                                Json.text(each, CLASS), Json.number(each, SCORE)))
                                .toList()
                        : List.<Body.Presence>of();
        return new Body.Progress(
                Json.text(json, "stage"),
                Json.number(json, "fraction"),
                found,
                json.has(PROMPTS) ? Json.integer(json, PROMPTS) : 0);
    }

    static void write(JsonGenerator json, Body.Mask mask) throws IOException {
        json.writeNumberField("index", mask.index());
        if (mask.prompt() == Body.Mask.FOUND) {
            json.writeStringField(CLASS, mask.label());
        } else {
            json.writeNumberField(PROMPT, mask.prompt());
        }
        json.writeNumberField(SCORE, mask.score());
        json.writeFieldName("bbox");
        var box = mask.box();
        int[] sides = {box.left(), box.top(), box.width(), box.height()};
        json.writeArray(sides, 0, sides.length);
        json.writeNumberField("area", mask.area());
        write(json, mask.outline());
    }

    private static void write(JsonGenerator json, Body.Outline outline) throws IOException {
        switch (outline) {
            case Body.Outline.Runs runs -> {
                json.writeObjectFieldStart(SEGMENTATION);
                json.writeFieldName(SIZE);
                json.writeArray(new int[] {runs.height(), runs.width()}, 0, 2);
                json.writeStringField(COUNTS, runs.counts());
                json.writeEndObject();
            }
            case Body.Outline.Polygons polygons -> {
                json.writeArrayFieldStart(SEGMENTATION);
                for (var part : polygons.parts()) {
                    double[] corners = part.stream().mapToDouble(Double::doubleValue).toArray();
                    json.writeArray(corners, 0, corners.length);
                }
                json.writeEndArray();
            }
            case Body.Outline.Bitmap bitmap ->
                    json.writeBinaryField(BITMAP, bitmap.image().bytes());
        }
    }

    static Body.Mask mask(JsonNode json) {
        boolean isFound = json.has(CLASS);
        return new Body.Mask(
                Json.integer(json, "index"),
                isFound ? Json.text(json, CLASS) : "",
                isFound ? Body.Mask.FOUND : Json.integer(json, PROMPT),
                Json.number(json, SCORE),
                box(json),
                Json.integer(json, "area"),
                outline(json));
    }

    private static Body.Box box(JsonNode json) {
        var sides = Json.integers(json, "bbox");
        if (sides.size() != BOX_SIDES) {
            throw new Unreadable("field 'bbox' must hold left, top, width and height");
        }
        return new Body.Box(sides.get(0), sides.get(1), sides.get(2), sides.get(3));
    }

    private static Body.Outline outline(JsonNode json) {
        if (json.has(BITMAP)) {
            return new Body.Outline.Bitmap(new Png(Json.bytes(json, BITMAP)));
        }
        var segmentation = Json.field(json, SEGMENTATION);
        if (segmentation.isArray()) {
            return new Body.Outline.Polygons(Json.rows(json, SEGMENTATION));
        }
        var size = Json.integers(segmentation, SIZE);
        if (size.size() != 2) {
            throw new Unreadable("field 'size' must hold height and width");
        }
        return new Body.Outline.Runs(size.get(0), size.get(1), Json.text(segmentation, COUNTS));
    }
}
