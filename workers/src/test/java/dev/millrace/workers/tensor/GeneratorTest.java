package dev.millrace.workers.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.stream.IntStream;

class GeneratorTest {
    /** kat_vectors of the Random123 distribution, philox4x32 with ten rounds. */
    @Test
    void philox_gives_the_published_numbers() {
        assertThat(Generator.philox(new int[4], 0, 0))
                .containsExactly(0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8);
        assertThat(Generator.philox(new int[] {-1, -1, -1, -1}, -1, -1))
                .containsExactly(0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd);
        assertThat(
                        Generator.philox(
                                new int[] {0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344},
                                0xa4093822,
                                0x299f31d0))
                .containsExactly(0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1);
    }

    @Test
    void a_number_depends_on_seed_index_and_lane_and_on_nothing_drawn_before() {
        var generator = new Generator(42);
        long first = generator.bits(7, 0);
        generator.bits(8, 0);

        assertThat(new Generator(42).bits(7, 0)).isEqualTo(first);
        assertThat(generator.bits(7, 1)).isNotEqualTo(first);
        assertThat(generator.bits(7L + (1L << 32), 0)).isNotEqualTo(first);
        assertThat(new Generator(42L + (1L << 32)).bits(7, 0)).isNotEqualTo(first);
    }

    @Test
    void uniform_numbers_fill_the_unit_interval_evenly() {
        var numbers =
                IntStream.range(0, 40_000)
                        .mapToDouble(i -> new Generator(1).uniform(i, 0))
                        .summaryStatistics();

        assertThat(numbers.getMin()).isBetween(0.0, 1e-3);
        assertThat(numbers.getMax()).isBetween(1 - 1e-3, Math.nextDown(1.0));
        assertThat(numbers.getAverage()).isBetween(0.495, 0.505); // sigma of the mean is 0.0014
    }

    @Test
    void normal_numbers_have_mean_zero_and_variance_one() {
        double[] numbers =
                IntStream.range(0, 40_000)
                        .mapToDouble(i -> new Generator(1).normal(i, 3))
                        .toArray();
        double mean =
                IntStream.range(0, numbers.length)
                        .mapToDouble(i -> numbers[i])
                        .average()
                        .orElseThrow();
        double square =
                IntStream.range(0, numbers.length)
                        .mapToDouble(i -> numbers[i] * numbers[i])
                        .average()
                        .orElseThrow();

        assertThat(mean).isBetween(-0.02, 0.02); // four sigma
        assertThat(square).isBetween(0.97, 1.03);
    }
}
