package dev.millrace.workers.train.scenes.clip;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.millrace.protocol.Task;
import dev.millrace.workers.segment.Presence;
import dev.millrace.workers.train.scenes.SceneClass;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The part of a model's {@code millrace.json} that a trained CLIP knows; all else stays. */
public final class SceneManifest {
    private static final String FILE = "millrace.json";
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private SceneManifest() {}

    /**
     * Says how pictures of scenes are looked at, and when a class is there.
     *
     * @param side of the pictures that the CLIP is given, in pixels, for which presence was fitted
     */
    public static void write(Path folder, int side, Presence presence) {
        var shape = SceneClipShape.shipped(new SceneWords());
        try {
            var json = read(folder.resolve(FILE));
            var recipe = json.withObject("/recipe");
            recipe.put("preset", "best");
            recipe.put("clip_side", side);
            recipe.put("surgery_depth", shape.surgeryDepth());
            recipe.put("trunk_side", shape.trunkSide());
            recipe.put("colour_side", shape.clip().vision().side());
            recipe.putObject("presence")
                    .put("scale", rounded(presence.scale()))
                    .put("middle", rounded(presence.middle()))
                    .put("parts", rounded(presence.parts()))
                    .put("least", rounded(presence.least()))
                    .put("most", presence.most());
            Files.writeString(folder.resolve(FILE), JSON.writeValueAsString(json) + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + folder, e);
        }
    }

    private static ObjectNode read(Path file) throws IOException {
        if (Files.exists(file)) {
            return (ObjectNode) JSON.readTree(file.toFile());
        }
        var json = JSON.createObjectNode();
        json.put("kind", Task.Segmentation.KIND).put("id", "scenes").put("name", "scenes");
        json.putArray("aliases").add("millrace-scenes");
        var classes = json.putArray("classes");
        SceneClass.names().forEach(classes::add);
        return json;
    }

    private static double rounded(double value) {
        return Math.round(value * 10_000) / 10_000.0;
    }
}
