package dev.millrace.workers.train.scenes.clip;

import ai.djl.ndarray.NDArray;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.millrace.workers.segment.clip.ClipConfig;
import dev.millrace.workers.segment.clip.ResNetConfig;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.SafetensorsWriter;
import dev.millrace.workers.tensor.WeightTable;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;

/**
 * Writes networks as the folders that a worker loads. Weights are written last and each file is
 * replaced whole, so a reader never sees half a network.
 */
final class SceneClipFolder {
    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private SceneClipFolder() {}

    static void writeClip(
            Path folder, ClipConfig config, SceneWords words, Map<String, NDArray> values) {
        writeTokenizer(folder, words);
        try {
            write(folder, ClipConfig.FILE, config.json());
            weights(config.weights(), values).writeTo(folder.resolve("model.safetensors"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + folder, e);
        }
    }

    /** The tokenizer alone, by which a training reads its own captions. */
    static void writeTokenizer(Path folder, SceneWords words) {
        try {
            Files.createDirectories(folder);
            write(folder, "tokenizer.json", words.tokenizer());
            write(folder, "tokenizer_config.json", SceneWords.tokenizerConfig());
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + folder, e);
        }
    }

    static void writeTrunk(Path folder, ResNetConfig config, Map<String, NDArray> values) {
        try {
            Files.createDirectories(folder);
            write(folder, ResNetConfig.FILE, config.json());
            weights(config.weights(), values).writeTo(folder.resolve("model.safetensors"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + folder, e);
        }
    }

    private static void write(Path folder, String name, Map<String, Object> content)
            throws IOException {
        Files.writeString(folder.resolve(name), JSON.writeValueAsString(content) + "\n");
    }

    private static SafetensorsWriter weights(WeightTable table, Map<String, NDArray> values) {
        var writer = new SafetensorsWriter().metadata(Map.of("format", "pt"));
        for (var weight : table.all()) {
            var value = Objects.requireNonNull(values.get(weight.name()), weight.name());
            writer.add(weight.name(), ElementType.BF16, value.toFloatArray(), weight.shapeArray());
        }
        return writer;
    }
}
