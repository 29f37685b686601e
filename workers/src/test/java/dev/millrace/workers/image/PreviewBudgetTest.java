package dev.millrace.workers.image;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class PreviewBudgetTest {
    private static final long MILLI = 1_000_000;

    private final PreviewBudget budget = new PreviewBudget(0.05, Duration.ofMillis(1));

    @Test
    void the_first_preview_is_free() {
        assertThat(budget.allows()).isTrue();
    }

    @Test
    void what_a_preview_cost_is_earned_by_twenty_times_as_much_work() {
        budget.spend(3 * MILLI); // 2 more than there was

        budget.earn(99 * MILLI);
        assertThat(budget.allows()).isFalse();
        budget.earn(2 * MILLI); // 2 are paid back, and the next one's 3 are there
        assertThat(budget.allows()).isTrue();
    }

    @Test
    void previews_take_their_share_of_long_work_and_no_more() {
        long spent = 0;
        for (int round = 0; round < 10_000; round++) {
            budget.earn(MILLI);
            if (budget.allows()) {
                budget.spend(2 * MILLI);
                spent += 2;
            }
        }

        assertThat(spent).isBetween(490L, 504L);
    }
}
