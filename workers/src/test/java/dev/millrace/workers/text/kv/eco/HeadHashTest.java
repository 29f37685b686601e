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

    private AnchorHash.Parts parts(int width, int bits, int anchors) {
        var mean = new float[anchors];
        Arrays.fill(mean, 0.4f);
        return new AnchorHash.Parts(
                normals(anchors * width), normals(bits * anchors), mean, 0.7f * width);
    }

    @ParameterizedTest
    @CsvSource({"4, 1, 1", "10, 8, 6", "16, 16, 25", "64, 33, 25", "8, 64, 40"})
    void codes_are_those_of_the_formula(int width, int bits, int anchors) {
        var parts = parts(width, bits, anchors);

        assertAgree(new AnchorHash(width, parts), PlainHash.anchors(width, parts), width);
    }

    private void assertAgree(HeadHash hash, PlainHash plain, int width) {
        long both = 0;
        for (int i = 0; i < 50; i++) {
            float[] x = normals(width + 3);

            long code = hash.code(x, 3, Meter.NONE);

            assertThat(code).isEqualTo(plain.code(x, 3));
            both |= code == 0 ? 1 : 2;
        }
        assertThat(hash.bits()).isEqualTo(plain.bits());
        assertThat(both).as("codes of several kinds").isGreaterThan(1);
    }

    @Test
    void a_code_does_not_depend_on_how_long_a_key_is_and_one_without_length_has_one_too() {
        var parts = parts(8, 16, 25);
        var hash = new AnchorHash(8, parts);
        float[] x = normals(8);
        float[] longer = x.clone();
        for (int i = 0; i < longer.length; i++) {
            longer[i] *= 8;
        }

        assertThat(hash.code(longer, 0, Meter.NONE)).isEqualTo(hash.code(x, 0, Meter.NONE));
        assertThat(hash.code(new float[8], 0, Meter.NONE))
                .isEqualTo(PlainHash.anchors(8, parts).code(new float[8], 0));
    }

    @Test
    void what_is_no_number_has_no_code() {
        var hash = new AnchorHash(8, parts(8, 16, 25));
        float[] x = normals(8);
        x[5] = Float.NaN;

        assertThatThrownBy(() -> hash.code(x, 0, Meter.NONE))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "a code must be made of numbers, a key or query holds NaN or is infinite");
        x[5] = Float.POSITIVE_INFINITY;
        assertThatThrownBy(() -> hash.code(x, 0, Meter.NONE))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new AnchorHash(8, parts(8, 65, 25)))
                .hasMessage("bits must be 1..64, were 65");
    }

    @ParameterizedTest
    @CsvSource({"4, 1", "10, 8", "32, 64", "64, 33"})
    void a_bit_says_on_which_side_of_its_plane_something_lies(int width, int bits) {
        float[] planes = normals(bits * width);

        assertAgree(new PlaneHash(width, planes), PlainHash.planes(width, planes), width);
    }

    @Test
    void what_is_no_number_lies_on_no_side() {
        var hash = new PlaneHash(8, normals(16 * 8));
        float[] x = normals(8);
        for (float wrong : new float[] {Float.NaN, Float.NEGATIVE_INFINITY}) {
            x[5] = wrong;

            assertThatThrownBy(() -> hash.code(x, 0, Meter.NONE))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("a code must be made of numbers");
        }
        assertThatThrownBy(() -> new PlaneHash(8, new float[65 * 8]))
                .hasMessage("bits must be 1..64, were 65");
    }

    @ParameterizedTest
    @CsvSource({"1, 4", "16, 10", "16, 64", "64, 16"})
    void a_tail_weighs_what_it_took_in_as_if_it_still_held_each_token(int bits, int width) {
        var tail = new SumTail(bits, width);
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

    @ParameterizedTest
    @CsvSource({"1, 16, 4", "3, 2, 10", "8, 64, 64"})
    void tables_hold_what_lies_in_a_querys_buckets(int count, int buckets, int width) {
        var tables =
                new CodeTables(buckets, random.longs(count).map(bits -> bits >>> 40).toArray());
        var tail = new TableTail(tables, width);
        long query = random.nextLong();
        long weight = 0;
        var mixed = new double[width];
        for (int i = 0; i < 70; i++) {
            long code = i % 3 == 0 ? query ^ 1L << i % Long.SIZE : random.nextLong();
            float[] value = normals(Tail.lanes(width));
            tail.add(code, value, Meter.NONE);
            for (int table = 0; table < count; table++) {
                boolean isMet = tables.bucket(table, code) == tables.bucket(table, query);
                weight += isMet ? 1 : 0;
                for (int j = 0; j < width && isMet; j++) {
                    mixed[j] += value[j];
                }
            }
        }

        var sum = new float[Tail.lanes(width)];
        tail.mix(query, sum, Meter.NONE);

        assertThat(tail.tokens()).isEqualTo(70);
        assertThat(tail.weight(query, Meter.NONE)).isEqualTo(weight).isPositive();
        for (int j = 0; j < width; j++) {
            assertThat((double) sum[j]).isCloseTo(mixed[j], within(1e-3));
        }
    }

    @Test
    void codes_meet_in_a_table_where_its_bits_are_equal() {
        var tables = new CodeTables(1 << 16, 0b1011L, 1L << 63);

        assertThat(tables.bucket(0, 0b0100_0001L)).isEqualTo(tables.bucket(0, 0b0001L));
        assertThat(tables.bucket(0, 0b1001L)).isNotEqualTo(tables.bucket(0, 0b0001L));
        assertThat(tables.bucket(1, -1L)).isNotEqualTo(tables.bucket(1, 1L)).isLessThan(1 << 16);
        assertThatThrownBy(() -> new CodeTables(100, 1L))
                .hasMessage("buckets must be a power of two, 2..65536, were 100");
        assertThatThrownBy(() -> new CodeTables(64)).hasMessage("tables must be 1..64, were 0");
    }
}
