package dev.millrace.bench.weights;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;

final class GgufModelTest {
    private static final Shape SHAPE = new Shape("tiny", 64, 2, 4, 2, 96, 128);

    @TempDir private Path folder;

    @Test
    void rows_of_a_head_s_halves_become_neighbours() {
        var rows = new float[] {0, 1, 2, 3, 10, 11, 12, 13}; // two heads of four rows of one column

        assertThat(GgufModel.interleaved(rows, 2, 1)).containsExactly(0, 2, 1, 3, 10, 12, 11, 13);
    }

    @Test
    void llama_cpp_s_names_and_keys_are_all_there() throws IOException {
        var file = folder.resolve("f32.gguf");

        GgufModel.write(SHAPE, GgufType.F32, file);

        var read = new GgufReader(file);
        assertThat(read.metadata)
                .containsEntry("general.architecture", "llama")
                .containsEntry("llama.block_count", 2)
                .containsEntry("llama.rope.dimension_count", 16)
                .containsEntry("llama.vocab_size", 128);
        assertThat(read.tensors)
                .hasSize(2 + 2 * 9)
                .containsKeys("token_embd.weight", "blk.1.ffn_down.weight", "output_norm.weight");
    }

    @Test
    void norms_stay_f32_beside_rounded_matrices() throws IOException {
        var file = folder.resolve("int8.gguf");

        GgufModel.write(SHAPE, GgufType.Q8_0, file);

        var read = new GgufReader(file);
        assertThat(read.tensor("blk.0.attn_norm.weight").type()).isEqualTo(GgufType.F32.number());
        assertThat(read.tensor("blk.0.attn_q.weight").type()).isEqualTo(GgufType.Q8_0.number());
    }

    @Test
    void shapes_have_the_sizes_they_are_named_after() {
        assertThat(Shape.M2.parameters()).isBetween(1_500_000L, 2_500_000L);
        assertThat(Shape.M25.parameters()).isBetween(22_000_000L, 28_000_000L);
        assertThat(Shape.M100.parameters()).isBetween(90_000_000L, 110_000_000L);
        assertThat(Shape.M350.parameters()).isGreaterThanOrEqualTo(350_000_000L);
    }
}
