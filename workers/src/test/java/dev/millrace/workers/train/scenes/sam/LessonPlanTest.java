package dev.millrace.workers.train.scenes.sam;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class LessonPlanTest {
    @Test
    void plans_that_nobody_can_follow_are_refused_with_what_is_wrong() {
        assertThatThrownBy(() -> plan(0, 0.06, 0.25)).hasMessageContaining("at least 1, were 0, 8");
        assertThatThrownBy(() -> plan(8, 0.25, 0.25))
                .hasMessageContaining("less than 0.25, was 0.25");
        assertThatThrownBy(() -> plan(8, 0.06, 1.5)).hasMessageContaining("0..1, were 1.5, 0.2");
    }

    private static LessonPlan plan(int pictures, double jitter, double refined) {
        return new LessonPlan(pictures, 8, PromptMix.SHIPPED, jitter, refined, 0.2);
    }
}
