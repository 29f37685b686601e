package dev.millrace.workers.train.scenes.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.workers.train.scenes.clip.AveragePrecision.Scored;

import org.junit.jupiter.api.Test;

import java.util.List;

class AveragePrecisionTest {
    @Test
    void what_is_right_before_all_else_is_perfect() {
        assertThat(
                        AveragePrecision.of(
                                List.of(
                                        new Scored(0.1, false),
                                        new Scored(0.9, true),
                                        new Scored(0.8, true))))
                .isEqualTo(1);
    }

    @Test
    void each_right_one_counts_by_its_rank() {
        assertThat(
                        AveragePrecision.of(
                                List.of(
                                        new Scored(0.9, true),
                                        new Scored(0.8, false),
                                        new Scored(0.7, true))))
                .isCloseTo((1 + 2.0 / 3) / 2, within(1e-12));
    }

    @Test
    void equal_scores_earn_nothing() {
        assertThat(AveragePrecision.of(List.of(new Scored(0.5, true), new Scored(0.5, false))))
                .isEqualTo(0.5);
    }
}
