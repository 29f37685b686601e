package dev.millrace.workers.train.pictures;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.train.RunLength;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A model that has learned nothing: what it makes is noise. */
class PictureEvaluationTest {
    private static final int PICTURES = 66;

    @TempDir Path folder;

    @BeforeEach
    void train() {
        var options =
                new PictureTraining.Options(
                        folder.resolve("model"),
                        new RunLength.Steps(1),
                        2,
                        1e-6,
                        1,
                        false,
                        1,
                        Devices.cpu(),
                        Duration.ofHours(1));
        new PictureTraining(options, PictureTrainingTest.TINY, ElementType.F32).run();
    }

    @Test
    void every_weight_is_measured_and_noise_is_far_from_pictures() {
        var reports = measured(1);

        assertThat(reports)
                .extracting(PictureEvaluation.Report::guidance)
                .containsExactly(0.0, 2.0);
        assertThat(reports)
                .allSatisfy(report -> {
                    assertThat(report.made()).hasSize(PICTURES);
                    assertThat(report.recognised()).isLessThan(report.drawnRecognised());
                    assertThat(report.distance()).isGreaterThan(2 * report.drawnDistance());
                });
    }

    /** An untrained flow is nearly the identity, and so are its pictures in the noise. */
    @Test
    void the_temperature_scales_the_noise() {
        double full = spread(measured(1).getFirst().made());
        double half = spread(measured(0.5).getFirst().made());

        assertThat(half).isCloseTo(0.5 * full, within(0.05));
    }

    @Test
    void fewer_than_two_pictures_are_refused() {
        assertThatThrownBy(() -> options(1, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("pictures must be at least 2 and classifierSteps 1, were 1");
    }

    private static double spread(List<float[]> pictures) {
        double squares = 0;
        for (float[] picture : pictures) {
            for (float value : picture) {
                squares += (double) value * value / picture.length;
            }
        }
        return Math.sqrt(squares / pictures.size());
    }

    private List<PictureEvaluation.Report> measured(double temperature) {
        var reports = new ArrayList<PictureEvaluation.Report>();
        PictureEvaluation.of(folder.resolve("model"), options(PICTURES, temperature), reports::add);
        return reports;
    }

    private static PictureEvaluation.Options options(int pictures, double temperature) {
        return new PictureEvaluation.Options(
                pictures, List.of(0.0, 2.0), temperature, 40, Devices.cpu());
    }
}
