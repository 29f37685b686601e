package dev.millrace.workers.text.kernels.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.workers.simd.Lanes;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.text.kv.KvLayout;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.foreign.MemorySegment;
import java.util.List;
import java.util.SplittableRandom;

class KvRowsTest {
    private static final int ROWS = 9;
    private static final int BASE = 24;

    private final SplittableRandom random = new SplittableRandom(7);

    @ParameterizedTest
    @CsvSource({
        "F32, 4",
        "F32, 10",
        "F32, 32",
        "F32, 72",
        "BF16, 4",
        "BF16, 10",
        "BF16, 32",
        "BF16, 72",
        "I8, 4",
        "I8, 10",
        "I8, 32",
        "I8, 72"
    })
    void scores_and_sums_are_those_of_the_plain_loops(ElementType type, int width) {
        var rows = KvRows.of(type, width);
        var memory = MemorySegment.ofArray(new byte[BASE + ROWS * (int) rows.bytes()]);
        float[][] written = new float[ROWS][];
        for (int row = 0; row < ROWS; row++) {
            written[row] = whole(width);
            written[row][row % width] = 127; // in int8 the scale is 1
            rows.write(memory, BASE, row, written[row], 0);
        }
        float[] query = whole(2 * width);
        float[] weights = whole(ROWS);

        float[] arranged = new float[2 * width];
        float[] scores = new float[ROWS];
        rows.arrange(query, width, arranged);
        rows.score(memory, BASE, 2, ROWS - 2, arranged, width, scores, 1);
        float[] sum = new float[2 * width];
        float[] restored = new float[2 * width];
        rows.add(memory, BASE, 2, ROWS - 2, weights, 1, sum, width);
        rows.restore(sum, width, restored);

        for (int row = 2; row < ROWS; row++) {
            assertThat(scores[row - 1]).isEqualTo(dot(written[row], query, width));
        }
        for (int i = 0; i < width; i++) {
            float expected = 0;
            for (int row = 2; row < ROWS; row++) {
                expected += written[row][i] * weights[row - 1];
            }
            assertThat(restored[width + i]).isCloseTo(expected, within(0f));
        }
    }

    @ParameterizedTest
    @ValueSource(floats = {0, -0f, 1, -3.1415927f, 1e-40f, 3e38f, Float.POSITIVE_INFINITY})
    void a_number_is_rounded_to_the_nearest_bf16(float x) {
        float rounded = Lanes.widened(Lanes.narrowed(x));

        float lower = Float.intBitsToFloat(Float.floatToRawIntBits(x) & 0xFFFF0000);
        float upper = Float.intBitsToFloat((Float.floatToRawIntBits(x) & 0xFFFF0000) + 0x10000);
        boolean isLower = Float.isInfinite(x) || Math.abs(x - lower) <= Math.abs(upper - x);
        assertThat(rounded).isEqualTo(isLower ? lower : upper);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 4, 10, 32, 72})
    void in_int8_a_row_is_its_scale_and_the_nearest_whole_numbers(int width) {
        var rows = new ByteRows(width);
        var memory = MemorySegment.ofArray(new byte[BASE + ROWS * (width + Float.BYTES)]);
        for (int row = 0; row < ROWS; row++) {
            float size = row == 0 ? 0 : (float) Math.pow(10, 3 * row - 12);
            float[] x = normals(width, size);
            rows.write(memory, BASE, row, x, 0);

            float largest = 1e-30f;
            for (float each : x) {
                largest = Math.max(largest, Math.abs(each));
            }
            float scale = largest / 127;
            for (int i = 0; i < width; i++) {
                float kept = (float) Math.rint(x[i] / scale) * scale;
                assertThat(read(rows, memory, row, i)).isEqualTo(kept);
                assertThat(kept).isCloseTo(x[i], within(0.501f * scale));
            }
        }
    }

    /** A row's number, by the product with what has a one there alone. */
    private static float read(KvRows rows, MemorySegment memory, int row, int at) {
        float[] one = new float[((ByteRows) rows).width()];
        one[at] = 1;
        float[] score = new float[1];
        rows.score(memory, BASE, row, 1, one, 0, score, 0);
        return score[0];
    }

    @ParameterizedTest
    @CsvSource({"F32, 40", "BF16, 20", "I8, 14"})
    void a_row_has_the_bytes_that_are_reserved_for_it(ElementType type, long bytes) {
        var layout = new KvLayout(List.of(0, 0), 3, 10, type);

        assertThat(KvRows.of(type, 10).bytes()).isEqualTo(bytes);
        assertThat(layout.bytes(1)).isEqualTo(2 * 2 * 3 * bytes);
    }

    @Test
    void other_types_are_refused() {
        assertThatThrownBy(() -> KvRows.of(ElementType.F16, 8)).hasMessageContaining("F16");
    }

    private float[] normals(int count, float size) {
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = size * (float) random.nextGaussian();
        }
        return values;
    }

    /** Small whole numbers, exact in every type and sum. */
    private float[] whole(int count) {
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextInt(-8, 9);
        }
        return values;
    }

    private static float dot(float[] row, float[] query, int at) {
        float sum = 0;
        for (int i = 0; i < row.length; i++) {
            sum += row[i] * query[at + i];
        }
        return sum;
    }
}
