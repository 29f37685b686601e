package dev.millrace.workers.text.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;

import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.SafetensorsWriter;
import dev.millrace.workers.text.Decoders;
import dev.millrace.workers.text.kernels.RandomModel;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder opens whole, or one line says which file and what in it is wrong. */
class ModelDirectoryTest {
    @TempDir private Path folder;

    @BeforeEach
    void writeModel() throws IOException {
        RandomModel.in(folder, 3, ElementType.BF16).close();
    }

    @Test
    void a_folder_says_how_it_is_served() throws IOException {
        Files.writeString(
                folder.resolve("millrace.json"),
                """
                {"kind": "text", "id": "tiny", "aliases": ["small"], "context_limit": 100,
                 "max_tokens": 50, "temperature": 0.5}
                """);
        Files.writeString(folder.resolve("generation_config.json"), "{\"eos_token_id\": [3, 4]}");

        try (var model = ModelDirectory.open(folder, Decoders.ALL)) {
            assertThat(model.manifest().id()).isEqualTo("tiny");
            assertThat(model.contextLimit()).isEqualTo(100);
            assertThat(model.manifest().maxTokens()).hasValue(50);
            assertThat(model.endTokens()).containsExactlyInAnyOrder(1, 3, 4);
        }
    }

    @Test
    void without_a_manifest_the_folder_gives_the_id_and_the_model_the_limit() throws IOException {
        var named = Files.move(folder, folder.resolveSibling("My Model_7"));

        try (var model = ModelDirectory.open(named, Decoders.ALL)) {
            assertThat(model.manifest().id()).isEqualTo("my-model-7");
            assertThat(model.contextLimit()).isEqualTo(512);
        } finally {
            Files.move(named, folder);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            textBlock =
                    """
                    model_type                  | "gpt9"  | model_type must be one of [llama, qwen2, qwen3, hybrid_llama], was "gpt9"
                    hidden_size               | 0       | hidden_size must be a positive integer, was 0
                    hidden_size               | "8"     | hidden_size must be a positive integer, was "8"
                    num_hidden_layers         | 4000    | is missing
                    use_sliding_window        | true    | use_sliding_window must be false
                    hidden_act                | "gelu"  | hidden_act must be "silu", was "gelu"
                    rope_scaling              | {"rope_type": "yarn"} | rope_scaling.rope_type must be "default" or "llama3", was "yarn"
                    rms_norm_eps              | -1      | rms_norm_eps must be a number of at least 0, was -1
                    head_dim                  | 5       | head_dim must be even, was 5
                    intermediate_size         | 7       | shape must be [7,
                    eos_token_id              | "end"   | eos_token_id must be a token id or a list
                    """)
    void a_wrong_value_is_named_with_its_file(String key, String value, String complaint)
            throws IOException {
        var file = folder.resolve("config.json");
        var mapper = new ObjectMapper();
        var config = (ObjectNode) mapper.readTree(file.toFile());
        config.set(key, mapper.readTree(value));
        mapper.writeValue(file.toFile(), config);

        assertThatThrownBy(() -> ModelDirectory.open(folder, Decoders.ALL))
                .isInstanceOf(BadModelException.class)
                .hasMessageContainingAll(folder.toString(), complaint)
                .hasMessageNotContaining("\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            textBlock =
                    """
                    {"id": "No Good"}         | id must be 1 to 64
                    {"context_limit": 513}    | context_limit must be at most max_position_embeddings 512, was 513
                    {"context_limit": 0}      | context_limit must be a positive integer
                    {"aliases": "x"}          | aliases must be a list of strings
                    {"kv": "f16"}             | kv must be f32, bf16 or int8, was "f16"
                    {"kv": 8}                 | kv must be a string, was 8
                    [1]                       | must be a JSON object
                    {                         | not JSON
                    """)
    void a_wrong_manifest_is_named_with_its_file(String manifest, String complaint)
            throws IOException {
        Files.writeString(folder.resolve("millrace.json"), manifest);

        assertThatThrownBy(() -> ModelDirectory.open(folder, Decoders.ALL))
                .isInstanceOf(BadModelException.class)
                .hasMessageContainingAll("millrace.json", complaint);
    }

    @Test
    void a_missing_tensor_is_named() throws IOException {
        new SafetensorsWriter()
                .add("other", ElementType.F32, new float[1], 1)
                .writeTo(folder.resolve("model.safetensors"));

        assertThatThrownBy(() -> ModelDirectory.open(folder, Decoders.ALL))
                .hasMessageContaining("tensor model.embed_tokens.weight is missing");
    }

    @Test
    void a_folder_that_is_not_there_is_named() {
        assertThatThrownBy(() -> ModelDirectory.open(folder.resolve("no"), Decoders.ALL))
                .hasMessageContainingAll("no", "is not a directory");
    }
}
