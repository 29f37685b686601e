package dev.millrace.workers.image;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.protocol.Quality;
import dev.millrace.workers.image.Strategy.Step;
import dev.millrace.workers.image.solve.Window;
import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.Devices;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

class StrategyTest {
    private static final List<Step> STEPS =
            List.of(new Step(new Window(32, 0.02), 30), new Step(new Window(64, 0.1), 10));
    private static final Strategy MEASURED =
            Strategy.always(Map.of(Quality.LOW, STEPS, Quality.MEDIUM, STEPS, Quality.HIGH, STEPS));

    @TempDir private Path folder;

    @Test
    void what_was_measured_on_a_device_is_used_there_and_not_elsewhere() throws IOException {
        MEASURED.write(Strategy.file(folder, Devices.cpu()), Map.of("device", "cpu"));

        assertThat(Strategy.of(folder, 2, Devices.cpu(), false)).isEqualTo(MEASURED);
        assertThat(folder.resolve("strategy.cpu.json")).exists();
        assertThat(folder.resolve("strategy.gpu.json")).doesNotExist();
    }

    @Test
    void a_model_that_was_not_measured_has_a_window_for_each_block() {
        var strategy = Strategy.of(folder, 3, Devices.cpu(), false);

        assertThat(strategy.of(Quality.LOW, 9)).hasSize(3).containsOnly(step(0.05));
        assertThat(strategy.of(Quality.MEDIUM, 1)).hasSize(3).containsOnly(step(0.01));
        assertThat(strategy.of(Quality.HIGH, 1)).hasSize(3).containsOnly(step(0.001));
    }

    @Test
    void a_small_model_on_a_cpu_that_was_not_measured_is_sampled_token_by_token() {
        var strategy = Strategy.of(folder, 3, Devices.cpu(), true);

        assertThat(strategy.of(Quality.LOW, 1))
                .hasSize(3)
                .containsOnly(new Step(Window.TOKENWISE, 1));
    }

    @Test
    void many_pictures_at_a_time_have_steps_of_their_own() throws IOException {
        var others = List.of(new Step(Window.TOKENWISE, 99), new Step(Window.TOKENWISE, 98));
        var strategy =
                new Strategy(
                        MEASURED.steps(),
                        Map.of(Quality.LOW, others, Quality.MEDIUM, others, Quality.HIGH, others),
                        4);
        strategy.write(Strategy.file(folder, Devices.cpu()), Map.of());

        var read = Strategy.of(folder, 2, Devices.cpu(), false);

        assertThat(read).isEqualTo(strategy);
        assertThat(read.of(Quality.MEDIUM, 3)).isEqualTo(STEPS);
        assertThat(read.of(Quality.MEDIUM, 4)).isEqualTo(others);
    }

    private static Step step(double tolerance) {
        return new Step(new Window(64, tolerance), 1);
    }

    @Test
    void shares_of_the_work_follow_the_sweeps() {
        assertThat(Strategy.shares(STEPS)).containsExactly(new double[] {0, 0.75, 1}, within(1e-9));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{} | low must be a list of objects, was missing",
                "{\"low\":[]} | low must have a step for each of 2 blocks, was []",
                "{\"low\":[{\"window\":0,\"tolerance\":1,\"sweeps\":1},{}]} | low[0].window must"
                        + " be",
                "{\"low\":[{\"window\":1,\"tolerance\":-1,\"sweeps\":1},{}]} | low[0].tolerance",
            })
    void a_file_that_fits_no_model_is_refused_by_key(String content, String message)
            throws IOException {
        var file = Strategy.file(folder, Devices.cpu());
        Files.writeString(file, content);

        assertThatThrownBy(() -> Strategy.of(folder, 2, Devices.cpu(), false))
                .isInstanceOf(BadModelException.class)
                .hasMessageContaining("strategy.cpu.json")
                .hasMessageContaining(message);
    }
}
