package dev.millrace.workers.train.pictures;

import ai.djl.ndarray.NDArray;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.millrace.workers.image.flow.tarflow.TarFlowConfig;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.SafetensorsWriter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the model as the folder that a worker loads. */
final class PictureFolder {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    /** The weight at which most of the shipped model's pictures are taken for what they show. */
    private static final double GUIDANCE = 2;

    private final Path folder;

    PictureFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * The weights are written last, and each file is replaced whole, so a reader never sees half a
     * model.
     */
    void write(TarFlowConfig config, Map<String, NDArray> parameters) {
        try {
            Files.createDirectories(folder);
            writeJson(TarFlowConfig.FILE, config.json());
            writeJson("millrace.json", millrace());
            var writer = new SafetensorsWriter().metadata(Map.of("format", "pt"));
            parameters.forEach((name, array) ->
                    writer.add(
                            name,
                            ElementType.BF16,
                            array.toFloatArray(),
                            array.getShape().getShape()));
            writer.writeTo(folder.resolve("model.safetensors"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + folder, e);
        }
    }

    private void writeJson(String name, Map<String, Object> content) throws IOException {
        Files.writeString(folder.resolve(name), JSON.writeValueAsString(content) + "\n");
    }

    private static Map<String, Object> millrace() {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kind", "image");
        json.put("id", "shapes");
        json.put("name", "shapes");
        json.put("aliases", List.of("millrace-shapes"));
        json.put("guidance", GUIDANCE);
        return json;
    }
}
