package dev.millrace.workers.text.kv.chunk;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Comparator;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

class LargestTest {
    private final Largest largest = new Largest();

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 100, 999, 1000, 1001})
    void the_largest_are_those_that_a_sort_puts_first(int count) {
        for (int seed = 0; seed < 50; seed++) {
            float[] values = values(seed, 1020);

            assertThat(largest.of(values, 10, 1010, count))
                    .containsExactly(sorted(values, 1010, count));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 100, 160, 999, 2000})
    void of_very_many_too(int count) {
        for (int seed = 0; seed < 30; seed++) {
            float[] values = values(seed, 9000);

            assertThat(largest.of(values, 10, 8990, count))
                    .containsExactly(sorted(values, 8990, count));
        }
    }

    /**
     * Of one size or many and of both signs, zeros among them; every other time with many equal
     * ones.
     */
    private static float[] values(int seed, int length) {
        var random = new SplittableRandom(seed);
        float[] values = new float[length];
        int spread = seed % 3 == 0 ? 1 : 4;
        for (int i = 0; i < values.length; i++) {
            double value = random.nextGaussian() * Math.pow(10, random.nextInt(spread));
            values[i] = (float) (seed % 2 == 0 ? value : Math.rint(value));
        }
        return values;
    }

    private static int[] sorted(float[] values, int to, int count) {
        return IntStream.range(10, to)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -(values[i] + 0.0)))
                .limit(count)
                .mapToInt(i -> i)
                .sorted()
                .toArray();
    }
}
