package dev.millrace.workers;

import com.fasterxml.jackson.databind.ObjectMapper;

import dev.millrace.protocol.Task;
import dev.millrace.workers.image.ImageKind;
import dev.millrace.workers.run.EngineFactory;
import dev.millrace.workers.segment.SegmentKind;
import dev.millrace.workers.text.TextKind;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** The one list of kinds of worker: what {@code millrace.json} calls them, and what serves them. */
public final class Kinds {
    private static final Map<String, EngineFactory> KINDS =
            Map.of(
                    Task.Text.KIND, new TextKind(),
                    Task.Picture.KIND, new ImageKind(),
                    Task.Segmentation.KIND, new SegmentKind());

    private Kinds() {}

    /**
     * Finds what serves a model directory.
     *
     * @throws IllegalArgumentException if the directory says no kind, or one that is not known
     */
    public static EngineFactory of(Path directory) {
        var file = directory.resolve("millrace.json");
        var kind = kind(file);
        var factory = KINDS.get(kind);
        if (factory == null) {
            throw new IllegalArgumentException(
                    file + ": 'kind' must be one of " + KINDS.keySet() + ", was '" + kind + "'");
        }
        return factory;
    }

    private static String kind(Path file) {
        if (!Files.exists(file)) {
            throw new IllegalArgumentException(
                    file + " is missing: it says what kind of model this is");
        }
        try {
            return new ObjectMapper().readTree(file.toFile()).path("kind").asText();
        } catch (IOException e) {
            throw new IllegalArgumentException(file + " must be a JSON object", e);
        }
    }
}
