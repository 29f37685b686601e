package dev.millrace.workers.train.scenes.sam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Script;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.train.scenes.SceneSource;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/** The loss beside its formulas in plain Java. */
class SamLossTest {
    private static final int ROWS = 6;
    private static final int MASKS = 4;
    private static final int SMALL = 24;
    private static final int SIDE = TinySam.SIDE;

    private final SplittableRandom random = new SplittableRandom(11);
    private NDManager manager;
    private Script script;

    @BeforeEach
    void compile() {
        Torch.prepareThread();
        Torch.useThreads(1);
        manager = Torch.newScope(Devices.cpu());
        script =
                Script.compile(
                        manager, SamLoss.script(TinySam.CONFIG, ElementType.F32, Devices.cpu()));
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void masks_cost_what_the_formulas_say_and_only_the_best_that_may_answer_counts() {
        var logits = random(ROWS * MASKS * SMALL * SMALL, 3);
        var said = random(ROWS * MASKS, 0.5);
        var targets = targets();
        var answers = answers();

        var graded =
                script.callForList(
                        manager,
                        "grade",
                        tensor(logits, ROWS, MASKS, SMALL, SMALL),
                        tensor(said, ROWS, MASKS),
                        tensor(targets, ROWS, 1, SIDE, SIDE),
                        tensor(answers, ROWS, MASKS));

        double cost = 0;
        double error = 0;
        for (int row = 0; row < ROWS; row++) {
            var one =
                    PlainLoss.grade(
                            masks(logits, row),
                            row(said, row, MASKS),
                            row(targets, row, SIDE * SIDE),
                            row(answers, row, MASKS));
            cost += one.cost() / ROWS;
            error += one.error() / ROWS;
            assertThat(graded.get(3).toLongArray()[row]).isEqualTo(one.best());
        }
        assertThat(value(graded.get(1))).isCloseTo(cost, within(1e-4));
        assertThat(value(graded.get(2))).isCloseTo(error, within(1e-5));
        assertThat(value(graded.get(0))).isCloseTo(cost + error, within(1e-4));
    }

    @Test
    void a_mask_is_corrected_where_it_is_wrong_or_inside_the_object_if_it_is_right() {
        var targets = targets();
        var logits = random(ROWS * SMALL * SMALL, 3);
        var right = new float[SMALL * SMALL];
        Arrays.fill(right, -1);
        fill(right, SMALL, 2, 4, 10, 20, 1); // grows to exactly the first target
        System.arraycopy(right, 0, logits, 0, right.length);
        fill(targets, SIDE, 0, 0, SIDE, SIDE, 0);
        var enlarged = PlainLoss.enlarged(right, SMALL, SIDE);
        for (int pixel = 0; pixel < SIDE * SIDE; pixel++) {
            targets[pixel] = enlarged[pixel] > 0 ? 1 : 0;
        }
        float[] shares = {0.4f, 0, 0.99f, 0.5f, 0.25f, 0.7f};

        long[] at =
                script.call(
                                manager,
                                "mistake",
                                tensor(logits, ROWS, 1, SMALL, SMALL),
                                tensor(targets, ROWS, 1, SIDE, SIDE),
                                tensor(shares, ROWS))
                        .toLongArray();

        assertThat(targets[(int) at[0]]).isEqualTo(1);
        for (int row = 0; row < ROWS; row++) {
            int expected =
                    PlainLoss.mistake(
                            row(logits, row, SMALL * SMALL),
                            row(targets, row, SIDE * SIDE),
                            shares[row]);
            assertThat(at[row]).isEqualTo(expected);
        }
    }

    @Test
    void a_pixel_becomes_a_point_of_its_column_and_row() {
        var point =
                script.call(manager, "point", manager.create(new long[] {0, SIDE + 3, 47}))
                        .toFloatArray();

        assertThat(point).containsExactly(0, 0, 3, 1, 47, 0);
    }

    @Test
    void both_rounds_together_are_what_the_parts_make_of_them() {
        var model = new SamModel(TinySam.CONFIG, ElementType.F32, manager, 5, 1);
        var batch = batch(0.0, 1.0);
        var weights = new NDList(List.copyOf(model.weights().values()));
        var once = first(batch, weights);

        var refined = model.learn(batch);

        assertThat(batch.corrections()).hasSize(batch.rows());
        double second = second(batch, once, weights);
        assertThat(value(refined.get(0))).isCloseTo((once.loss + second) / 2, within(1e-4));
        assertThat(value(refined.get(1)) + value(refined.get(2)))
                .isCloseTo(once.loss, within(1e-4));
    }

    @Test
    void a_round_alone_counts_alone() {
        var model = new SamModel(TinySam.CONFIG, ElementType.F32, manager, 5, 1);
        var batch = batch(0.5, 0.0);

        var learned = model.learn(batch);

        var once = first(batch, new NDList(List.copyOf(model.weights().values())));
        assertThat(value(learned.get(0))).isCloseTo(once.loss, within(1e-4));
        assertThat(
                        learned.get(3).toFloatArray()[0]
                                + learned.get(3).toFloatArray()[1]
                                + learned.get(3).toFloatArray()[2]
                                + learned.get(3).toFloatArray()[3])
                .isEqualTo(batch.rows());
    }

    /** What the model draws in the first round, and what that costs. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Once(NDArray cells, float[] logits, int[] best, double loss) {}

    private Once first(SamBatch batch, NDList weights) {
        var pixels = tensor(batch.pixels(), batch.pictures(), 3, SIDE, SIDE);
        var cells = script.call(manager, "embed", pixels, weights).repeat(0, batch.prompts());
        var sparse = sparse(batch.places(), batch.labels(), batch, 0, weights);
        var dense = script.call(manager, "no_mask", weights);
        var drawn = script.callForList(manager, "decode", cells, dense, sparse, weights);
        float[] logits = drawn.get(0).toFloatArray();
        float[] said = drawn.get(1).toFloatArray();
        var best = new int[batch.rows()];
        double loss = 0;
        for (int row = 0; row < batch.rows(); row++) {
            var grade =
                    PlainLoss.grade(
                            masks(logits, row),
                            row(said, row, MASKS),
                            row(batch.targets(), row, SIDE * SIDE),
                            row(batch.answers(), row, MASKS));
            best[row] = grade.best();
            loss += (grade.cost() + grade.error()) / batch.rows();
        }
        return new Once(cells, logits, best, loss);
    }

    private double second(SamBatch batch, Once once, NDList weights) {
        int rows = batch.rows();
        var masks = new float[rows * SMALL * SMALL];
        var places = new float[rows * 2 * (batch.tokens() + 1)];
        var labels = new long[rows * (batch.tokens() + 1)];
        for (int row = 0; row < rows; row++) {
            var mask = masks(once.logits, row)[once.best[row]];
            System.arraycopy(mask, 0, masks, row * mask.length, mask.length);
            var target = row(batch.targets(), row, SIDE * SIDE);
            int wrong = PlainLoss.mistake(mask, target, batch.corrections()[row]);
            int token = row * (batch.tokens() + 1);
            int below = wrong / SIDE;
            places[2 * token] = wrong % SIDE;
            places[2 * token + 1] = below;
            labels[token] = (long) target[wrong];
            System.arraycopy(
                    batch.places(),
                    row * 2 * batch.tokens(),
                    places,
                    2 * token + 2,
                    2 * batch.tokens());
            System.arraycopy(
                    batch.labels(), row * batch.tokens(), labels, token + 1, batch.tokens());
        }
        var sparse = sparse(places, labels, batch, 1, weights);
        var dense = script.call(manager, "dense", tensor(masks, rows, 1, SMALL, SMALL), weights);
        var drawn = script.callForList(manager, "decode", once.cells, dense, sparse, weights);
        double loss = 0;
        for (int row = 0; row < rows; row++) {
            var grade =
                    PlainLoss.grade(
                            masks(drawn.get(0).toFloatArray(), row),
                            row(drawn.get(1).toFloatArray(), row, MASKS),
                            row(batch.targets(), row, SIDE * SIDE),
                            1,
                            0,
                            0,
                            0);
            loss += (grade.cost() + grade.error()) / rows;
        }
        return loss;
    }

    private NDArray sparse(
            float[] places, long[] labels, SamBatch batch, int more, NDList weights) {
        var shape = new Shape(batch.rows(), batch.tokens() + more);
        return script.call(
                manager,
                "sparse",
                manager.create(places, shape.add(2)),
                manager.create(labels, shape),
                weights);
    }

    private static SamBatch batch(double joined, double refined) {
        var plan = new LessonPlan(2, 4, PromptMix.SHIPPED, 0.06, refined, joined);
        return new SamBatches(new ScenePool(new SceneSource(SIDE), 3, 4), plan, SIDE, MASKS, 9)
                .at(2);
    }

    private float[] random(int count, double deviation) {
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) (deviation * random.nextGaussian());
        }
        return values;
    }

    private float[] targets() {
        var targets = new float[ROWS * SIDE * SIDE];
        for (int row = 0; row < ROWS; row++) {
            fill(targets, SIDE, row * SIDE + 5 + row, 3, row * SIDE + 20, 30 + 2 * row, 1);
        }
        return targets;
    }

    private static void fill(
            float[] values, int side, int top, int left, int bottom, int right, float value) {
        for (int row = top; row < bottom; row++) {
            Arrays.fill(values, row * side + left, row * side + right, value);
        }
    }

    private static float[] answers() {
        var answers = new float[ROWS * MASKS];
        for (int i = 0; i < answers.length; i++) {
            boolean isLone = i / MASKS % 2 == 0;
            answers[i] = isLone == i % MASKS > 0 ? 1 : 0;
        }
        return answers;
    }

    private static float[] row(float[] values, int row, int length) {
        return Arrays.copyOfRange(values, row * length, (row + 1) * length);
    }

    private static float[][] masks(float[] logits, int row) {
        var masks = new float[MASKS][];
        for (int mask = 0; mask < MASKS; mask++) {
            masks[mask] = row(logits, row * MASKS + mask, SMALL * SMALL);
        }
        return masks;
    }

    private NDArray tensor(float[] values, long... shape) {
        return manager.create(values, new Shape(shape));
    }

    private static double value(NDArray scalar) {
        return scalar.toFloatArray()[0];
    }
}
