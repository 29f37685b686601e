package dev.millrace.workers.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class PreviewBudgetTest {
    private static final double MILLI = 1e6;

    private final PreviewBudget budget = new PreviewBudget(0.05, Duration.ofMillis(1));

    @Test
    void the_advance_may_be_spent_at_once() {
        assertThat(budget.allows(MILLI)).isTrue();
        assertThat(budget.allows(1.1 * MILLI)).isFalse();
    }

    @Test
    void what_a_preview_costs_is_earned_by_twenty_times_as_much_work() {
        budget.spend(MILLI);

        budget.earn(79 * MILLI);
        assertThat(budget.allows(3 * MILLI)).isFalse();
        budget.earn(2 * MILLI);
        assertThat(budget.allows(3 * MILLI)).isTrue();
    }

    @Test
    void previews_take_their_share_of_long_work_and_no_more() {
        double spent = 0;
        for (int round = 0; round < 10_000; round++) {
            budget.earn(MILLI);
            if (budget.allows(2 * MILLI)) {
                budget.spend(2 * MILLI);
                spent += 2;
            }
        }

        assertThat(spent).isBetween(498.0, 502.0);
    }
}
