package dev.millrace.workers.train.chronicle;

import ai.djl.ndarray.NDArray;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.SafetensorsWriter;
import dev.millrace.workers.train.tokens.TokenizerFiles;
import dev.millrace.workers.train.tokens.Vocabulary;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The model's folder: Hugging Face's files, and millrace.json beside them. What Llama's config.json
 * has no word for is said with the words of other models there: {@code layer_types} and {@code
 * sliding_window} (Gemma), {@code no_rope_layers} (SmolLM3), {@code partial_rotary_factor} (Phi);
 * {@code attention_log_scale_from} is ours.
 */
final class ChronicleFolder {
    private static final String WEIGHTS = "model.safetensors";
    private static final String FULL = "full_attention";
    private static final String SLIDING = "sliding_attention";
    private static final int MAX_ANSWER = 128;

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final Path folder;

    ChronicleFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * The weights are written last, and each file is replaced whole, so a reader never sees half a
     * model.
     */
    void write(ChronicleShape shape, Vocabulary vocabulary, Map<String, NDArray> parameters) {
        try {
            Files.createDirectories(folder);
            writeJson("config.json", config(shape, vocabulary));
            writeJson("generation_config.json", generationConfig(vocabulary));
            writeJson("tokenizer.json", TokenizerFiles.tokenizer(vocabulary));
            writeJson("tokenizer_config.json", TokenizerFiles.tokenizerConfig(shape.context()));
            writeJson("millrace.json", millrace(shape));
            weights(parameters).writeTo(folder.resolve(WEIGHTS));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + folder, e);
        }
    }

    private static SafetensorsWriter weights(Map<String, NDArray> parameters) {
        var writer = new SafetensorsWriter().metadata(Map.of("format", "pt"));
        parameters.forEach((name, array) ->
                writer.add(
                        name, ElementType.BF16, array.toFloatArray(), array.getShape().getShape()));
        return writer;
    }

    private void writeJson(String name, Map<String, Object> content) throws IOException {
        Files.writeString(folder.resolve(name), JSON.writeValueAsString(content) + "\n");
    }

    private static Map<String, Object> config(ChronicleShape shape, Vocabulary vocabulary) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("architectures", List.of("LlamaForCausalLM"));
        json.put("model_type", "hybrid_llama");
        json.put("vocab_size", shape.vocabulary());
        json.put("hidden_size", shape.hidden());
        json.put("intermediate_size", shape.ffn());
        json.put("num_hidden_layers", shape.layers().size());
        json.put("num_attention_heads", shape.heads());
        json.put("num_key_value_heads", shape.kvHeads());
        json.put("head_dim", shape.headDim());
        json.put("max_position_embeddings", shape.context());
        json.put("rope_theta", shape.theta());
        json.put("partial_rotary_factor", (double) shape.rotary() / shape.headDim());
        json.put(
                "layer_types",
                shape.layers().stream().map(layer -> layer.isLocal() ? SLIDING : FULL).toList());
        json.put("sliding_window", shape.window());
        json.put(
                "no_rope_layers",
                shape.layers().stream().map(layer -> layer.isRotated() ? 1 : 0).toList());
        json.put("attention_log_scale_from", ChronicleShape.SCALE_FROM);
        json.put("rms_norm_eps", ChronicleShape.EPSILON);
        json.put("hidden_act", "silu");
        json.put("attention_bias", false);
        json.put("mlp_bias", false);
        json.put("tie_word_embeddings", true);
        json.put("torch_dtype", "bfloat16");
        json.put("bos_token_id", vocabulary.id(Vocabulary.BEGIN));
        json.put("eos_token_id", vocabulary.id(Vocabulary.END));
        return json;
    }

    private static Map<String, Object> generationConfig(Vocabulary vocabulary) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("bos_token_id", vocabulary.id(Vocabulary.BEGIN));
        json.put("eos_token_id", List.of(vocabulary.id(Vocabulary.END)));
        json.put("do_sample", false);
        json.put("max_new_tokens", MAX_ANSWER);
        return json;
    }

    private static Map<String, Object> millrace(ChronicleShape shape) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kind", "text");
        json.put("id", "chronicle");
        json.put("name", "chronicle");
        json.put("aliases", List.of("millrace-chronicle"));
        json.put("context_limit", shape.context());
        json.put("max_tokens", MAX_ANSWER);
        json.put("temperature", 0.0);
        return json;
    }

    /** The shape of the model that was written here. */
    ChronicleShape shape() {
        try {
            var json = JSON.readTree(folder.resolve("config.json").toFile());
            var headDim = json.path("head_dim").asInt();
            List<ChronicleShape.Layer> layers = new ArrayList<>();
            for (var i = 0; i < json.path("num_hidden_layers").asInt(); i++) {
                layers.add(
                        new ChronicleShape.Layer(
                                json.path("no_rope_layers").path(i).asInt() == 1,
                                json.path("layer_types").path(i).asText().equals(SLIDING)));
            }
            return new ChronicleShape(
                    json.path("vocab_size").asInt(),
                    json.path("hidden_size").asInt(),
                    json.path("num_attention_heads").asInt(),
                    json.path("num_key_value_heads").asInt(),
                    json.path("intermediate_size").asInt(),
                    json.path("max_position_embeddings").asInt(),
                    (int) Math.round(json.path("partial_rotary_factor").asDouble() * headDim),
                    json.path("rope_theta").asDouble(),
                    json.path("sliding_window").asInt(),
                    layers);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + folder.resolve("config.json"), e);
        }
    }
}
