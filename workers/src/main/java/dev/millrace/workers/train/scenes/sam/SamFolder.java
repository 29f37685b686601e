package dev.millrace.workers.train.scenes.sam;

import ai.djl.ndarray.NDArray;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.millrace.workers.segment.sam.SamConfig;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.SafetensorsWriter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** Writes a SAM as a folder in Hugging Face's layout. */
final class SamFolder {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final Path folder;

    SamFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * The weights are written last, and each file is replaced whole, so a reader never sees half a
     * model.
     *
     * @param type of the weights in the file
     */
    void write(SamConfig config, Map<String, NDArray> weights, ElementType type) {
        try {
            Files.createDirectories(folder);
            Files.writeString(
                    folder.resolve(SamConfig.FILE), JSON.writeValueAsString(config.json()) + "\n");
            var writer = new SafetensorsWriter().metadata(Map.of("format", "pt"));
            weights.forEach((name, array) ->
                    writer.add(name, type, array.toFloatArray(), array.getShape().getShape()));
            writer.writeTo(folder.resolve("model.safetensors"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + folder, e);
        }
    }
}
