package dev.millrace.workers.train.scenes.sam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.workers.segment.mask.Box;
import dev.millrace.workers.segment.mask.Mask;
import dev.millrace.workers.train.scenes.SceneSource;
import dev.millrace.workers.train.scenes.sam.PromptMix.Kind;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

class SamBatchesTest {
    private static final int SIDE = TinySam.SIDE;
    private static final int AREA = SIDE * SIDE;
    private static final ScenePool POOL = new ScenePool(new SceneSource(SIDE), 3, 6);

    @Test
    void a_step_learns_from_the_same_whenever_it_is_asked() {
        var one = batches(0.5, 0.5, 0.06).at(7);
        var again = batches(0.5, 0.5, 0.06).at(7);
        var other = batches(0.5, 0.5, 0.06).at(8);

        assertThat(again).usingRecursiveComparison().isEqualTo(one);
        assertThat(other.pixels()).isNotEqualTo(one.pixels());
    }

    @Test
    void a_lone_point_lies_in_its_mask_and_has_three_answers() {
        var batch = batches(0, 0, 0.06).at(0);

        for (int row = 0; row < batch.rows(); row += 2) {
            assertThat(at(batch, row, place(batch, row, 0))).isEqualTo(1);
            assertThat(labels(batch, row)).containsExactly(1, -1);
            assertThat(answers(batch, row)).containsExactly(0, 1, 1, 1);
        }
    }

    @Test
    void a_box_without_jitter_is_that_around_its_mask_and_has_one_answer() {
        var batch = batches(0, 0, 0).at(0);

        for (int row = 1; row < batch.rows(); row += 2) {
            var box = mask(batch, row).box().orElseThrow();
            assertThat(Arrays.copyOfRange(batch.places(), 4 * row, 4 * row + 4))
                    .containsExactly(
                            (float) box.left(),
                            (float) box.top(),
                            (float) box.right(),
                            (float) box.bottom());
            assertThat(labels(batch, row)).containsExactly(2, 3);
            assertThat(answers(batch, row)).containsExactly(1, 0, 0, 0);
        }
    }

    @Test
    void edges_of_a_box_move_by_up_to_two_deviations_and_stay_in_the_picture() {
        var mask = Mask.of(SIDE, SIDE, new Box(10, 0, 30, 40));
        var meant = new Meant(mask, new Symmetry(0).moved(SIDE), SIDE);
        var random = new SplittableRandom(2);
        double most = 0;

        for (int i = 0; i < 500; i++) {
            var edges = meant.jittered(0.06, random);
            assertThat(edges[0]).isBetween(10 - 2.4, 10 + 2.4);
            assertThat(edges[1]).isBetween(0.0, 4.8);
            assertThat(edges[2]).isBetween(30 - 2.4, 30 + 2.4);
            assertThat(edges[3]).isBetween(40 - 4.8, 40 + 4.8);
            most = Math.max(most, Math.abs(edges[0] - 10));
        }

        assertThat(most).isCloseTo(2.4, within(0.5));
    }

    @Test
    void one_more_point_is_inside_or_told_to_be_outside_and_leaves_one_answer() {
        var batches = batches(1, 0, 0.06);
        var labels = new boolean[2];

        for (int step = 0; step < 8; step++) {
            var batch = batches.at(step);
            assertThat(batch.tokens()).isEqualTo(3);
            for (int row = 0; row < batch.rows(); row++) {
                int label = (int) labels(batch, row)[2];
                labels[label] = true;
                assertThat(at(batch, row, place(batch, row, 2))).isEqualTo(label);
                assertThat(answers(batch, row)).containsExactly(1, 0, 0, 0);
            }
        }

        assertThat(labels).containsExactly(true, true);
    }

    @Test
    void a_step_has_a_second_round_as_often_as_is_planned() {
        assertThat(batches(0, 1, 0).at(0).corrections()).hasSize(8);
        assertThat(batches(0, 0, 0).at(0).corrections()).isEmpty();

        var batches = batches(0, 0.25, 0);
        long refined =
                IntStream.range(0, 400)
                        .filter(step -> batches.at(step).corrections().length > 0)
                        .count();
        assertThat(refined).isBetween(70L, 130L);
    }

    @Test
    void pictures_and_masks_are_turned_together() {
        var levels = new byte[3 * AREA];
        var mask = Mask.of(SIDE, SIDE, pixel -> pixel % SIDE < 9 && pixel / SIDE < 20);
        mask.stream().forEach(pixel -> levels[pixel] = (byte) 200);
        var scene = new SceneLesson(SIDE, levels, Map.of(Kind.OBJECT, List.of(mask)));
        var pool = new ScenePool(scene);
        var shapes = new HashSet<Mask>();

        for (int step = 0; step < 40; step++) {
            var batch = new SamBatches(pool, plan(0, 0, 0), SIDE, 4, 9).at(step);
            float bright = batch.pixels()[at(batch, 0)];
            for (int pixel = 0; pixel < AREA; pixel++) {
                assertThat(batch.pixels()[pixel] == bright).isEqualTo(at(batch, 0, pixel) == 1);
            }
            shapes.add(mask(batch, 0));
        }

        assertThat(shapes).hasSize(Symmetry.COUNT);
    }

    @Test
    void each_symmetry_moves_every_pixel_to_another_place() {
        for (int number = 0; number < Symmetry.COUNT; number++) {
            assertThat(Arrays.stream(new Symmetry(number).moved(5)).sorted().toArray())
                    .isEqualTo(IntStream.range(0, 25).toArray());
        }
    }

    /** A pixel of a row's mask. */
    private static int at(SamBatch batch, int row) {
        return mask(batch, row).stream().findFirst().orElseThrow();
    }

    private static SamBatches batches(double joined, double refined, double jitter) {
        return new SamBatches(POOL, plan(joined, refined, jitter), SIDE, 4, 9);
    }

    private static LessonPlan plan(double joined, double refined, double jitter) {
        return new LessonPlan(2, 4, PromptMix.SHIPPED, jitter, refined, joined);
    }

    private static int place(SamBatch batch, int row, int token) {
        int at = 2 * (row * batch.tokens() + token);
        return ((int) batch.places()[at + 1]) * SIDE + (int) batch.places()[at];
    }

    private static float at(SamBatch batch, int row, int pixel) {
        return batch.targets()[row * AREA + pixel];
    }

    private static Mask mask(SamBatch batch, int row) {
        return Mask.of(SIDE, SIDE, pixel -> at(batch, row, pixel) == 1);
    }

    private static long[] labels(SamBatch batch, int row) {
        int from = row * batch.tokens();
        return Arrays.copyOfRange(batch.labels(), from, from + batch.tokens());
    }

    private static float[] answers(SamBatch batch, int row) {
        return Arrays.copyOfRange(batch.answers(), 4 * row, 4 * row + 4);
    }
}
