package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

final class AgreementTest {
    private static byte[] bytes(float... values) {
        var buffer = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            buffer.putFloat(value);
        }
        return buffer.array();
    }

    @Test
    void the_difference_is_relative_to_the_size_of_the_logits() {
        double difference = Agreement.difference(bytes(3, 4.5f), bytes(3, 4));

        assertThat(difference).isCloseTo(0.1, within(1e-6));
    }

    @Test
    void what_is_not_a_number_never_agrees() {
        assertThat(Agreement.difference(bytes(Float.NaN, 1), bytes(1, 1))).isNaN();
    }

    @Test
    void greedy_tokens_are_compared_row_by_row() {
        assertThat(Agreement.sameGreedy(bytes(1, 2, 4, 3), bytes(0, 5, 1, 2), 2)).isEqualTo(1);
    }
}
