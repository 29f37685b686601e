package dev.millrace.workers.train.flow;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.workers.image.Strategy.Step;
import dev.millrace.workers.image.solve.Window;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;

class WindowCostsTest {
    private static final Window MIDDLE = new Window(8, 0.01);
    private static final Window COARSE = new Window(8, 0.1);

    private final WindowCosts costs = new WindowCosts(2, List.of(Window.TOKENWISE, MIDDLE, COARSE));

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
    void no_error_allows_only_what_is_exact() {
        assertThat(costs.choose(0))
                .containsExactly(new Step(Window.TOKENWISE, 50), new Step(Window.TOKENWISE, 40));
    }

    @Test
    void error_is_spent_where_it_saves_most_time() {
        assertThat(costs.choose(0.05))
                .containsExactly(new Step(Window.TOKENWISE, 50), new Step(COARSE, 15));
        assertThat(costs.choose(0.2)).containsExactly(new Step(MIDDLE, 30), new Step(COARSE, 15));
    }

    @Test
    void a_window_that_saves_no_time_is_not_taken() {
        costs.put(1, 1, 0.001, 11, 25);
        costs.put(1, 2, 0.01, 12, 15);

        assertThat(costs.choose(100))
                .containsExactly(new Step(COARSE, 20), new Step(Window.TOKENWISE, 40));
    }
}
