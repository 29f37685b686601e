package dev.millrace.workers.text.kernels.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.workers.simd.Lanes;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.SplittableRandom;

/** Each kind of matrix against the sums as one would write them down. */
class MatrixTest {
    private static final int OUTPUTS = 7;
    private static final int ROWS = 6;

    @ParameterizedTest
    @CsvSource({
        "F32,1", "F32,15", "F32,16", "F32,100", "F32,192", "F32,515",
        "BF16,1", "BF16,31", "BF16,32", "BF16,100", "BF16,192", "BF16,515",
        "INT8,1", "INT8,31", "INT8,32", "INT8,100", "INT8,192", "INT8,515"
    })
    void products_are_the_plain_sums_and_a_row_does_not_depend_on_its_neighbours(
            WeightType type, int inputs) {
        try (var arena = Arena.ofConfined()) {
            var random = new SplittableRandom(inputs);
            var matrix = matrix(type, inputs, random, arena);
            float[] x = floats(ROWS * inputs, random);

            float[] together = product(matrix, x, ROWS);

            for (int row = 0; row < ROWS; row++) {
                float[] own = Arrays.copyOfRange(x, row * inputs, (row + 1) * inputs);
                float[] alone = product(matrix, own, 1);
                for (int output = 0; output < OUTPUTS; output++) {
                    assertThat(together[row * OUTPUTS + output]).isEqualTo(alone[output]);
                    assertThat((double) alone[output])
                            .isCloseTo(plain(matrix, output, own), within(1e-4));
                }
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"BF16,0.004", "INT8,0.008"})
    void rounded_weights_are_near_the_exact_ones(WeightType type, double relative) {
        try (var arena = Arena.ofConfined()) {
            int inputs = 100;
            var exact = matrix(WeightType.F32, inputs, new SplittableRandom(3), arena);
            var rounded = matrix(type, inputs, new SplittableRandom(3), arena);
            var expected = new float[inputs];
            var actual = new float[inputs];
            for (int output = 0; output < OUTPUTS; output++) {
                exact.copyRow(output, expected, 0);
                rounded.copyRow(output, actual, 0);
                for (int i = 0; i < inputs; i++) {
                    assertThat((double) actual[i]).isCloseTo(expected[i], within(relative));
                }
            }
        }
    }

    private static float[] product(Matrix matrix, float[] x, int rows) {
        var y = new float[rows * OUTPUTS];
        float[] arranged = matrix.arrange(x, rows, new float[x.length]);
        matrix.multiply(arranged, rows, y, 0, 3);
        matrix.multiply(arranged, rows, y, 3, OUTPUTS);
        return y;
    }

    private static double plain(Matrix matrix, int output, float... x) {
        var row = new float[matrix.inputs()];
        matrix.copyRow(output, row, 0);
        double sum = 0;
        for (int i = 0; i < row.length; i++) {
            sum += (double) row[i] * x[i];
        }
        return sum;
    }

    private static Matrix matrix(
            WeightType type, int inputs, SplittableRandom random, Arena arena) {
        float[] values = floats(OUTPUTS * inputs, random);
        var exact = arena.allocate((long) values.length * Float.BYTES);
        MemorySegment.copy(values, 0, exact, Lanes.FLOAT, 0, values.length);
        var plain = new FloatMatrix(exact, OUTPUTS, inputs);
        return switch (type) {
            case F32 -> plain;
            case BF16 -> {
                var halves = arena.allocate((long) values.length * Short.BYTES);
                for (int i = 0; i < values.length; i++) {
                    short upper = (short) (Float.floatToRawIntBits(values[i]) >>> Short.SIZE);
                    halves.set(Lanes.SHORT, (long) i * Short.BYTES, upper);
                }
                yield new BfloatMatrix(halves, OUTPUTS, inputs);
            }
            case INT8 -> ByteMatrix.of(plain, arena);
        };
    }

    private static float[] floats(int count, SplittableRandom random) {
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextDouble(-1, 1);
        }
        return values;
    }
}
