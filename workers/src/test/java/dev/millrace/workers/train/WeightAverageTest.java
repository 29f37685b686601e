package dev.millrace.workers.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDManager;

import dev.millrace.workers.tensor.Torch;

import org.junit.jupiter.api.Test;

import java.util.Map;
import java.util.Objects;

class WeightAverageTest {

    /** The formula by hand, in doubles. */
    @Test
    void the_average_follows_the_weights_fast_at_first_and_then_slowly() {
        Torch.prepareThread();
        try (var manager = NDManager.newBaseManager()) {
            var weight = manager.create(new float[] {5});
            var average = new WeightAverage(Map.of("w", weight), manager, 0.3);
            double expected = 5;

            for (int step = 0; step < 8; step++) {
                weight.addi(1 + step);
                average.follow(step);
                double kept = Math.min(0.3, (1.0 + step) / (10.0 + step));
                expected = kept * expected + (1 - kept) * weight.toFloatArray()[0];

                var followed = Objects.requireNonNull(average.weights().get("w"));
                assertThat(followed.toFloatArray()[0]).isCloseTo((float) expected, within(1e-4f));
            }
            assertThat(average.state()).containsOnlyKeys("average.w");
        }
    }
}
