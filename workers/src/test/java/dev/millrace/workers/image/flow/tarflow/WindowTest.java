package dev.millrace.workers.image.flow.tarflow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.workers.image.flow.Guidance;
import dev.millrace.workers.image.flow.Inversion;
import dev.millrace.workers.image.flow.Inversion.Run;
import dev.millrace.workers.image.solve.FlowSampler;
import dev.millrace.workers.image.solve.FlowSampler.Request;
import dev.millrace.workers.image.solve.Plan;
import dev.millrace.workers.image.solve.Sequential;
import dev.millrace.workers.image.solve.Sweep;
import dev.millrace.workers.image.solve.SweepListener;
import dev.millrace.workers.image.solve.Window;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Torch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The moving window on a small random model. */
class WindowTest {
    private static final TarFlowConfig CONFIG = RandomTarFlow.SMALL;
    private static final int VALUES = CONFIG.patches().values();
    private static final int[] LABELS = {0, 2, -1};
    private static final Guidance GUIDED = new Guidance(1, 0.8, true, Guidance.Target.BOTH);
    private static final float[] NOISE = RandomTarFlow.noise(LABELS.length * VALUES, 5);

    @TempDir private Path folder;
    private TarFlow model;

    @BeforeEach
    void open() throws IOException {
        Torch.useThreads(1);
        Torch.prepareThread();
        RandomTarFlow.write(folder, CONFIG, RandomTarFlow.weights(CONFIG, 1));
        model = TarFlow.open(folder, Devices.cpu(), ElementType.F32);
    }

    @AfterEach
    void close() {
        model.close();
    }

    @Test
    void a_picture_is_the_same_to_the_last_bit_whatever_its_neighbours_are() {
        var window = new Window(6, 0.05);
        var together = sample(window, NOISE, LABELS, SweepListener.NONE).orElseThrow();
        for (int i = 0; i < LABELS.length; i++) {
            var noise = Arrays.copyOfRange(NOISE, i * VALUES, (i + 1) * VALUES);
            int[] label = {LABELS[i]};

            var alone = sample(window, noise, label, SweepListener.NONE).orElseThrow();

            assertThat(together.get(i)).containsExactly(alone.getFirst());
        }
    }

    @Test
    void a_smaller_tolerance_takes_more_sweeps_and_comes_closer_to_the_exact_picture() {
        var exact =
                new FlowSampler(model, Plan.uniform(new Sequential(), CONFIG.blocks()))
                        .sample(new Request(NOISE, LABELS, GUIDED, 0), SweepListener.NONE)
                        .orElseThrow();
        var rough = new ArrayList<Sweep>();
        var fine = new ArrayList<Sweep>();
        var far = sample(new Window(16, 0.3), NOISE, LABELS, noted(rough)).orElseThrow();
        var near = sample(new Window(16, 1e-3), NOISE, LABELS, noted(fine)).orElseThrow();

        assertThat(rough.size()).isLessThan(fine.size());
        assertThat(fine.size()).isLessThan(15 * LABELS.length * CONFIG.blocks());
        assertThat(worst(near, exact)).isLessThan(0.02).isLessThan(worst(far, exact));
    }

    @Test
    void the_frontier_of_each_picture_rises_with_every_sweep_to_the_last_token() {
        var sweeps = new ArrayList<Sweep>();
        sample(new Window(5, 0.05), NOISE, LABELS, noted(sweeps));

        for (int i = 1; i < sweeps.size(); i++) {
            var before = sweeps.get(i - 1);
            var sweep = sweeps.get(i);
            if (sweep.number() == 1) {
                assertThat(before.frontier()).isEqualTo(16);
                assertThat(sweep.first()).isZero();
            } else {
                assertThat(sweep.picture()).isEqualTo(before.picture());
                assertThat(sweep.frontier()).isGreaterThan(before.frontier());
                assertThat(sweep.first()).isEqualTo(before.frontier() - 1);
            }
        }
    }

    @Test
    void who_listens_sees_the_picture_change_and_can_stop() {
        var seen = new ArrayList<float[]>();

        var made =
                sample(
                        new Window(4, 0.05),
                        NOISE,
                        LABELS,
                        (_, pictures) -> {
                            seen.add(pictures.apply(0));
                            return seen.size() < 3;
                        });

        assertThat(made).isEmpty();
        assertThat(seen).hasSize(3);
        assertThat(seen.get(0)).hasSize(VALUES).isNotEqualTo(seen.get(2));
    }

    @Test
    void pictures_that_are_swept_together_are_what_they_are_alone_whatever_their_frontiers() {
        var alone = new ArrayList<float[]>();
        try (var first = one(0);
                var second = one(1)) {
            for (int block = CONFIG.blocks() - 1; block >= 0; block--) {
                first.enter(block);
                second.enter(block);
                first.sweep(new Run(0, 1, 0, 6), Double.POSITIVE_INFINITY);
                second.sweep(new Run(0, 1, 0, 6), Double.POSITIVE_INFINITY);
                first.sweep(new Run(0, 1, 2, 6), Double.POSITIVE_INFINITY);
                second.sweep(new Run(0, 1, 5, 6), Double.POSITIVE_INFINITY);
            }
            alone.add(first.picture(0));
            alone.add(second.picture(0));
        }
        try (var first = one(0);
                var second = one(1)) {
            var both = List.of(first, second);
            for (int block = CONFIG.blocks() - 1; block >= 0; block--) {
                first.enter(block);
                second.enter(block);
                model.sweepTogether(both, List.of(new Run(0, 1, 0, 6), new Run(0, 1, 0, 6)));
                var changes =
                        model.sweepTogether(
                                both, List.of(new Run(0, 1, 2, 6), new Run(0, 1, 5, 6)));
                assertThat(changes).hasSize(2).allMatch(change -> change.greatest().length == 6);
            }
            TarFlowCase.assertClose("first", first.picture(0), alone.get(0), 1e-5);
            TarFlowCase.assertClose("second", second.picture(0), alone.get(1), 1e-5);
        }
    }

    @Test
    void pictures_in_different_blocks_are_not_swept_together() {
        try (var first = one(0);
                var second = one(1)) {
            first.enter(1);
            second.enter(0);

            assertThatThrownBy(() ->
                            model.sweepTogether(
                                    List.of(first, second),
                                    List.of(new Run(0, 1, 0, 6), new Run(0, 1, 0, 6))))
                    .hasMessageContaining("must be of one picture each, in one block");
        }
    }

    private Inversion one(int picture) {
        var noise = Arrays.copyOfRange(NOISE, picture * VALUES, (picture + 1) * VALUES);
        int[] label = {LABELS[picture]};
        return model.invert(noise, label, GUIDED);
    }

    private Optional<List<float[]>> sample(
            Window window, float[] noise, int[] labels, SweepListener listener) {
        return new FlowSampler(model, Plan.uniform(window, CONFIG.blocks()))
                .sample(new Request(noise, labels, GUIDED, 0), listener);
    }

    private static SweepListener noted(List<Sweep> sweeps) {
        return (sweep, _) -> sweeps.add(sweep);
    }

    private static double worst(List<float[]> some, List<float[]> others) {
        double worst = 0;
        for (int i = 0; i < some.size(); i++) {
            for (int j = 0; j < VALUES; j++) {
                worst = Math.max(worst, Math.abs(some.get(i)[j] - others.get(i)[j]));
            }
        }
        return worst;
    }
}
