package dev.millrace.workers.text.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.ConfigJson;
import dev.millrace.workers.text.model.hybrid.HybridLlama;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class HybridLlamaTest {
    private static final String KEYS =
            """
            "layer_types": ["sliding_attention", "full_attention"], "no_rope_layers": [1, 0],
            "sliding_window": 9, "attention_log_scale_from": 64
            """;

    @TempDir private Path folder;

    @Test
    void each_layer_has_its_own_sight() throws IOException {
        var config = new HybridLlama().configure(config(KEYS));

        assertThat(config.sights()).containsExactly(new Sight(9, true, 0), new Sight(0, false, 64));
        assertThat(DecoderTensors.named(config).all())
                .extracting(DecoderTensors.Tensor::name)
                .contains("model.layers.1.self_attn.log_scale.weight")
                .doesNotContain("model.layers.0.self_attn.log_scale.weight");
    }

    @Test
    void a_window_sees_its_newest_positions_and_a_scale_grows_with_their_number() {
        var near = new Sight(9, true, 0);
        var far = new Sight(0, false, 64);

        assertThat(near.from(3)).isZero();
        assertThat(near.from(20)).isEqualTo(12);
        assertThat(far.from(1000)).isZero();
        assertThat(near.logScale(1000)).isZero();
        assertThat(far.logScale(63)).isZero();
        assertThat(far.logScale(127)).isEqualTo((float) Math.log(2));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '\'',
            textBlock =
                    """
                    "layer_types": ["full_attention"]   | layer_types must have 2 entries
                    "layer_types": ["full_attention", "linear_attention"] | layer_types must each be
                    "no_rope_layers": [1]               | no_rope_layers must have 2 entries
                    "no_rope_layers": ["1", 0]          | no_rope_layers must be a list of integers
                    "sliding_window": 0                 | sliding_window must be a positive integer, was 0
                    "attention_log_scale_from": -1      | attention_log_scale_from must be a positive integer
                    """)
    void a_wrong_value_is_named(String wrong, String complaint) throws IOException {
        var json = config(KEYS + "," + wrong); // the later of two equal keys counts

        assertThatThrownBy(() -> new HybridLlama().configure(json))
                .isInstanceOf(BadModelException.class)
                .hasMessageContaining(complaint);
    }

    private ConfigJson config(String keys) throws IOException {
        var file = folder.resolve("config.json");
        Files.writeString(
                file,
                """
                {"model_type": "hybrid_llama", "num_hidden_layers": 2, "hidden_size": 8,
                 "num_attention_heads": 2, "intermediate_size": 16, "vocab_size": 31, %s}
                """
                        .formatted(keys));
        return ConfigJson.read(file);
    }
}
