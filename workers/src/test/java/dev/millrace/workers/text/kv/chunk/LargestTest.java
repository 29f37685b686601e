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
            float[] values = values(seed);

            assertThat(largest.of(values, 10, 1010, count)).containsExactly(sorted(values, count));
        }
    }

    /** Of many sizes and both signs, zeros among them; every other time with many equal ones. */
    private static float[] values(int seed) {
        var random = new SplittableRandom(seed);
        float[] values = new float[1020];
        for (int i = 0; i < values.length; i++) {
            double value = random.nextGaussian() * Math.pow(10, random.nextInt(-3, 4));
            values[i] = (float) (seed % 2 == 0 ? value : Math.rint(value));
        }
        return values;
    }

    private static int[] sorted(float[] values, int count) {
        return IntStream.range(10, 1010)
                .boxed()
                .sorted(Comparator.comparingDouble(i -> -(values[i] + 0.0)))
                .limit(count)
                .mapToInt(i -> i)
                .sorted()
                .toArray();
    }
}
