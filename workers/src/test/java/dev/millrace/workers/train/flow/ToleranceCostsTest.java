package dev.millrace.workers.train.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.workers.image.Strategy.Step;
import dev.millrace.workers.image.solve.Window;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ToleranceCostsTest {
    private final ToleranceCosts costs = new ToleranceCosts(2, 0.001, 0.01, 0.1);

    /** The second block's time can be had for a hundredth of the error. */
    @BeforeEach
    void measure() {
        costs.put(0, 0, 0, 10, 50);
        costs.put(0, 1, 0.1, 6, 30);
        costs.put(0, 2, 1, 4, 20);
        costs.put(1, 0, 0, 10, 40);
        costs.put(1, 1, 0.001, 7, 25);
        costs.put(1, 2, 0.01, 5, 15);
    }

    @Test
    void no_error_allows_only_the_finest() {
        assertThat(costs.choose(0).steps(8, 16))
                .containsExactly(
                        new Step(new Window(8, 0.001), 50), new Step(new Window(16, 0.001), 40));
    }

    @Test
    void error_is_spent_where_it_saves_most_time() {
        assertThat(costs.choose(0.05).steps(8, 16))
                .containsExactly(
                        new Step(new Window(8, 0.001), 50), new Step(new Window(16, 0.1), 15));
        assertThat(costs.choose(0.2).steps(8, 16))
                .containsExactly(
                        new Step(new Window(8, 0.01), 30), new Step(new Window(16, 0.1), 15));
    }

    @Test
    void a_coarser_tolerance_that_saves_no_time_is_not_taken() {
        costs.put(1, 1, 0.001, 11, 25);
        costs.put(1, 2, 0.01, 12, 15);

        assertThat(costs.choose(100).steps(8, 16))
                .containsExactly(
                        new Step(new Window(8, 0.1), 20), new Step(new Window(16, 0.001), 40));
    }
}
