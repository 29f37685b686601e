package dev.millrace.workers.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LearningRateTest {
    private final LearningRate rate = new LearningRate(0.01, 9, 100, 0.4);

    @Test
    void it_rises_to_the_peak_stays_and_falls_to_nothing() {
        assertThat(rate.at(0)).isCloseTo(0.001, within(1e-12));
        assertThat(rate.at(4)).isCloseTo(0.005, within(1e-12));
        assertThat(rate.at(9)).isEqualTo(0.01);
        assertThat(rate.at(60)).isEqualTo(0.01);
        assertThat(rate.at(80)).isCloseTo(0.005, within(1e-12));
        assertThat(rate.at(99)).isBetween(0.0, 0.0001);
    }

    @Test
    void before_the_decay_it_does_not_depend_on_the_number_of_steps() {
        var longer = new LearningRate(0.01, 9, 1000, 0.4);

        for (int step = 0; step <= 60; step++) {
            assertThat(longer.at(step)).isEqualTo(rate.at(step));
        }
    }

    @Test
    void after_a_restart_it_rises_to_the_second_peak_and_falls_again() {
        var twice = new WarmRestart(rate, new LearningRate(0.004, 1, 20, 1));

        assertThat(twice.at(99)).isEqualTo(rate.at(99));
        assertThat(twice.at(100)).isCloseTo(0.002, within(1e-12));
        assertThat(twice.at(101)).isCloseTo(0.004, within(1e-4));
        assertThat(twice.at(119)).isBetween(0.0, 0.0001);
    }

    @Test
    void a_schedule_without_steps_is_refused_with_its_value() {
        assertThatThrownBy(() -> new LearningRate(0.01, 9, 0, 0.4))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContainingAll("steps >= 1", "0");
    }
}
