package dev.millrace.bench.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

final class GgufWriterTest {
    private static final float[] VALUES = values(96);

    @TempDir private Path folder;

    private static float[] values(int count) {
        var random = new SplittableRandom(7);
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }

    private GgufReader written(GgufWriter writer) throws IOException {
        var file = folder.resolve("model.gguf");
        writer.writeTo(file);
        return new GgufReader(file);
    }

    @Test
    void metadata_is_read_back_with_its_types() throws IOException {
        var read =
                written(new GgufWriter().text("a.text", "Mühle").number("a.b", 7).real("c", 0.5));

        assertThat(read.metadata)
                .containsEntry("a.text", "Mühle")
                .containsEntry("a.b", 7)
                .containsEntry("c", 0.5f);
    }

    @Test
    void a_matrix_names_its_columns_first_and_a_vector_has_one_dimension() throws IOException {
        var read =
                written(
                        new GgufWriter()
                                .tensor("matrix", GgufType.F32, 3, 32, () -> VALUES)
                                .tensor("vector", GgufType.F32, 1, 96, () -> VALUES));

        assertThat(read.tensor("matrix").dimensions()).isEqualTo(List.of(32L, 3L));
        assertThat(read.tensor("vector").dimensions()).isEqualTo(List.of(96L));
    }

    @Test
    void every_tensor_begins_on_a_boundary_of_32_bytes_and_the_last_one_is_filled_up()
            throws IOException {
        var five = Arrays.copyOf(VALUES, 5);
        var read =
                written(
                        new GgufWriter()
                                .tensor("a", GgufType.BF16, 1, 5, () -> five)
                                .tensor("b", GgufType.Q8_0, 3, 32, () -> VALUES)
                                .tensor("c", GgufType.F32, 1, 5, () -> five));

        assertThat(read.tensors.values()).allMatch(entry -> entry.offset() % 32 == 0);
        assertThat(read.fileBytes() % 32).isZero();
        assertThat(read.floats("c")).isEqualTo(five);
    }

    @Test
    void f32_comes_back_exactly_and_bf16_rounded_half_to_even() throws IOException {
        float half = Float.intBitsToFloat(0x3f808000); // between two, the lower is even
        float above = Float.intBitsToFloat(0x3f818000); // between two, the upper is even
        var ties = new float[] {half, above};
        var read =
                written(
                        new GgufWriter()
                                .tensor("f32", GgufType.F32, 3, 32, () -> VALUES)
                                .tensor("bf16", GgufType.BF16, 3, 32, () -> VALUES)
                                .tensor("ties", GgufType.BF16, 1, 2, () -> ties));

        assertThat(read.floats("f32")).isEqualTo(VALUES);
        assertThat(read.floats("bf16"))
                .usingComparatorWithPrecision(0.004f)
                .containsExactly(VALUES);
        assertThat(read.floats("ties"))
                .containsExactly(
                        Float.intBitsToFloat(0x3f800000), Float.intBitsToFloat(0x3f820000));
    }

    @Test
    void q8_0_is_within_half_of_its_block_s_scale() throws IOException {
        var read = written(new GgufWriter().tensor("q", GgufType.Q8_0, 3, 32, () -> VALUES));

        float[] back = read.floats("q");

        for (int i = 0; i < VALUES.length; i++) {
            double scale = largest(i / 32 * 32) / 127;
            assertThat(back[i]).isCloseTo(VALUES[i], within((float) (0.51 * scale + 0.0006)));
        }
    }

    private static double largest(int from) {
        double largest = 0;
        for (int i = from; i < from + 32; i++) {
            largest = Math.max(largest, Math.abs(VALUES[i]));
        }
        return largest;
    }

    @Test
    void a_block_of_zeros_stays_zero() throws IOException {
        var zeros = new float[32];
        var read = written(new GgufWriter().tensor("q", GgufType.Q8_0, 1, 32, () -> zeros));

        assertThat(read.floats("q")).isEqualTo(zeros);
    }

    @Test
    void a_row_that_does_not_fill_its_blocks_is_refused() {
        assertThatThrownBy(() -> GgufType.Q8_0.bytes(33))
                .hasMessage("Q8_0 takes multiples of 32, was 33");
    }
}
