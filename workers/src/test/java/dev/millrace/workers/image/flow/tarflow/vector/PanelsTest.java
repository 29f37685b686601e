package dev.millrace.workers.image.flow.tarflow.vector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.workers.simd.Lanes;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Random;

class PanelsTest {
    private static final int ROWS = 23; // of eight, eight, four, two and one

    private final Random random = new Random(1);

    private float[] numbers(int count, boolean isNarrow) {
        var numbers = new float[count];
        for (int i = 0; i < count; i++) {
            float number = (float) random.nextGaussian();
            numbers[i] = isNarrow ? Lanes.widened(Lanes.narrowed(number)) : number;
        }
        return numbers;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void products_are_those_of_plain_loops_and_added_to_what_is_there(boolean isNarrow) {
        int inputs = 19;
        int outputs = 37;
        float[] matrix = numbers(outputs * inputs, isNarrow);
        float[] bias = numbers(outputs, false);
        var panels = Panels.of(matrix, bias);
        var x = new Rows(numbers(ROWS * inputs, false), 0, inputs);
        var y = Rows.of(ROWS, panels.stride());

        panels.product(x, y, ROWS);
        panels.addProduct(x, y, ROWS);

        assertThat(panels).isInstanceOf(isNarrow ? BfloatPanels.class : FloatPanels.class);
        for (int row = 0; row < ROWS; row++) {
            for (int output = 0; output < outputs; output++) {
                double sum = bias[output];
                for (int i = 0; i < inputs; i++) {
                    sum += (double) matrix[output * inputs + i] * x.values()[x.at(row) + i];
                }
                double result = y.values()[y.at(row) + output];
                assertThat(result).isCloseTo(2 * sum, within(1e-4));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void a_row_has_the_same_bits_alone_and_among_others(boolean isNarrow) {
        var panels = Panels.of(numbers(64 * 33, isNarrow), numbers(64, false));
        var x = new Rows(numbers(ROWS * 33, false), 0, 33);
        var together = Rows.of(ROWS, panels.stride());
        var alone = Rows.of(ROWS, panels.stride());

        panels.product(x, together, ROWS);
        for (int row = 0; row < ROWS; row++) {
            panels.product(x.from(row), alone.from(row), 1);
        }

        assertThat(together.values()).isEqualTo(alone.values());
    }
}
