package dev.millrace.workers.train;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class PaceTest {
    private static final double PEAK = 0.01;

    private long now;

    @Test
    void a_run_of_so_many_steps_has_the_rates_of_its_schedule_whatever_the_clock_says() {
        var pace = pace(new RunLength.Steps(200));
        var rate = new LearningRate(PEAK, 20, 200, 0.5);

        for (int step = 0; step < 200; step++) {
            assertThat(pace.at(step)).isEqualTo(rate.at(step));
            now += 1_000_000_000L * step;
            pace.passed(step);
        }
        assertThat(pace.steps()).isEqualTo(200);
    }

    /** Slow at first, then ten steps a second. */
    @Test
    void a_run_of_so_long_ends_about_in_time_with_the_rate_at_zero() {
        var pace = pace(new RunLength.Within(Duration.ofSeconds(100)));
        long step = 0;

        assertThat(pace.at(500)).isEqualTo(PEAK);
        while (step < pace.steps()) {
            now += step < 20 ? 500_000_000L : 100_000_000L;
            pace.passed(step);
            step++;
        }

        assertThat(now / 1e9).isCloseTo(100, within(1.0));
        assertThat(step).isBetween(900L, 930L);
        assertThat(pace.at(step - 1)).isLessThan(PEAK / 1000);
        assertThat(pace.at(step / 2 - 20)).isEqualTo(PEAK);
    }

    @Test
    void once_the_rate_falls_the_number_of_steps_stays() {
        var pace = pace(new RunLength.Within(Duration.ofSeconds(100)));
        long step = 0;
        while (step < 600) {
            now += 100_000_000L;
            pace.passed(step++);
        }
        long steps = pace.steps();

        now += 60_000_000_000L;
        pace.passed(step);

        assertThat(pace.steps()).isEqualTo(steps).isBetween(990L, 1010L);
    }

    private Pace pace(RunLength length) {
        return new Pace(length, PEAK, 100, 0.5, () -> now);
    }
}
