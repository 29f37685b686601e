package dev.millrace.workers.text.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.workers.text.kernels.Calibration.Point;
import dev.millrace.workers.text.kernels.Calibration.Result;

import org.junit.jupiter.api.Test;

import java.util.List;

class CalibrationTest {
    @Test
    void the_crossover_is_the_first_batch_that_is_faster_wide() {
        var result =
                new Result(List.of(new Point(1, 3, 1), new Point(2, 3, 2), new Point(4, 3.5, 4)));

        assertThat(result.crossover()).isEqualTo(4);
    }

    @Test
    void without_one_every_batch_is_narrow() {
        assertThat(new Result(List.of(new Point(1, 3, 1))).crossover())
                .isEqualTo(Integer.MAX_VALUE);
    }
}
