package dev.millrace.workers.train.stories;

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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes the model as the folder that a worker loads: Hugging Face's files, and millrace.json
 * beside them.
 */
final class ModelFolder {
    static final String WEIGHTS = "model.safetensors";

    private static final JsonMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

    private final Path folder;

    ModelFolder(Path folder) {
        this.folder = folder;
    }

    /**
     * The weights are written last, and each file is replaced whole, so a reader never sees half a
     * model.
     */
    void write(StoryShape shape, Vocabulary vocabulary, Map<String, NDArray> parameters) {
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

    private static Map<String, Object> config(StoryShape shape, Vocabulary vocabulary) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("architectures", List.of("LlamaForCausalLM"));
        json.put("model_type", "llama");
        json.put("vocab_size", shape.vocabulary());
        json.put("hidden_size", shape.hidden());
        json.put("intermediate_size", shape.ffn());
        json.put("num_hidden_layers", shape.layers());
        json.put("num_attention_heads", shape.heads());
        json.put("num_key_value_heads", shape.kvHeads());
        json.put("head_dim", shape.headDim());
        json.put("max_position_embeddings", shape.context());
        json.put("rope_theta", StoryShape.THETA);
        json.put("rms_norm_eps", StoryShape.EPSILON);
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
        json.put("do_sample", true);
        json.put("temperature", 0.8);
        json.put("max_new_tokens", 1024);
        return json;
    }

    private static Map<String, Object> millrace(StoryShape shape) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("kind", "text");
        json.put("id", "stories");
        json.put("name", "stories");
        json.put("aliases", List.of("millrace-stories"));
        json.put("context_limit", shape.context());
        json.put("max_tokens", 1024);
        json.put("temperature", 0.8);
        return json;
    }
}
