package dev.millrace.workers.text.kv.eco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.workers.energy.Meter;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Codes, and sums of values by code, beside plain loops. */
class HeadHashTest {
    private final SplittableRandom random = new SplittableRandom(6);

    private float[] normals(int count) {
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private HeadHash.Parts parts(int width, int bits, int anchors) {
        var mean = new float[anchors];
        Arrays.fill(mean, 0.4f);
        return new HeadHash.Parts(
                normals(anchors * width), normals(bits * anchors), mean, 0.7f * width);
    }

    @ParameterizedTest
    @CsvSource({"4, 1, 1", "10, 8, 6", "16, 16, 25", "64, 33, 25", "8, 64, 40"})
    void codes_are_those_of_the_formula(int width, int bits, int anchors) {
        var parts = parts(width, bits, anchors);
        var hash = new HeadHash(width, parts);
        var plain = new PlainHash(width, parts);
        long both = 0;
        for (int i = 0; i < 50; i++) {
            float[] x = normals(width + 3);

            long code = hash.code(x, 3, Meter.NONE);

            assertThat(code).isEqualTo(plain.code(x, 3));
            both |= code == 0 ? 1 : 2;
        }
        assertThat(both).as("codes of several kinds").isGreaterThan(1);
    }

    @Test
    void a_code_does_not_depend_on_how_long_a_key_is_and_one_without_length_has_one_too() {
        var parts = parts(8, 16, 25);
        var hash = new HeadHash(8, parts);
        float[] x = normals(8);
        float[] longer = x.clone();
        for (int i = 0; i < longer.length; i++) {
            longer[i] *= 8;
        }

        assertThat(hash.code(longer, 0, Meter.NONE)).isEqualTo(hash.code(x, 0, Meter.NONE));
        assertThat(hash.code(new float[8], 0, Meter.NONE))
                .isEqualTo(new PlainHash(8, parts).code(new float[8], 0));
    }

    @Test
    void what_is_no_number_has_no_code() {
        var hash = new HeadHash(8, parts(8, 16, 25));
        float[] x = normals(8);
        x[5] = Float.NaN;

        assertThatThrownBy(() -> hash.code(x, 0, Meter.NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "a code must be made of numbers, a key or query holds NaN or is infinite");
        x[5] = Float.POSITIVE_INFINITY;
        assertThatThrownBy(() -> hash.code(x, 0, Meter.NONE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new HeadHash(8, parts(8, 65, 25)))
                .hasMessage("bits must be 1..64, were 65");
    }

    @ParameterizedTest
    @CsvSource({"1, 4", "16, 10", "16, 64", "64, 16"})
    void a_tail_weighs_what_it_took_in_as_if_it_still_held_each_token(int bits, int width) {
        var tail = new Tail(bits, width);
        int tokens = 70;
        var codes = new long[tokens];
        var values = new float[tokens][];
        for (int i = 0; i < tokens; i++) {
            codes[i] = random.nextLong() >>> (Long.SIZE - bits);
            values[i] = normals(Tail.lanes(width));
            tail.add(codes[i], values[i], Meter.NONE);
        }
        long query = random.nextLong() >>> (Long.SIZE - bits);
        long weight = 0;
        var mixed = new double[width];
        for (int i = 0; i < tokens; i++) {
            long similarity = 2L * bits + 1 - 2L * Long.bitCount(query ^ codes[i]);
            weight += similarity;
            for (int j = 0; j < width; j++) {
                mixed[j] += (double) similarity * values[i][j];
            }
        }

        var sum = new float[Tail.lanes(width)];
        tail.mix(query, sum, Meter.NONE);

        assertThat(tail.tokens()).isEqualTo(tokens);
        assertThat(tail.weight(query, Meter.NONE)).isEqualTo(weight).isGreaterThanOrEqualTo(tokens);
        for (int j = 0; j < width; j++) {
            assertThat((double) sum[j]).isCloseTo(mixed[j], within(2e-5 * bits * tokens));
        }
    }
}
