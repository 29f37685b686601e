package dev.millrace.workers.train.scenes.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.Script;
import dev.millrace.workers.tensor.Torch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.SplittableRandom;

/** What CLIPs learn by, beside its formulas in plain Java. */
class ContrastTextTest {
    private static final int N = 6;
    private static final int WIDTH = 5;

    private final SplittableRandom random = new SplittableRandom(4);
    private NDManager scope;
    private Script script;

    @BeforeEach
    void compile() {
        Torch.prepareThread();
        scope = Torch.newScope(Devices.cpu());
        script = Script.compile(scope, ContrastText.METHODS);
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private float[][] directions(int count) {
        var rows = new float[count][WIDTH];
        for (var row : rows) {
            double length = 0;
            for (int i = 0; i < WIDTH; i++) {
                row[i] = (float) random.nextGaussian();
                length += row[i] * row[i];
            }
            for (int i = 0; i < WIDTH; i++) {
                row[i] /= (float) Math.sqrt(length);
            }
        }
        return rows;
    }

    private NDArray tensor(float[][] rows) {
        var flat = new float[rows.length * rows[0].length];
        for (int i = 0; i < flat.length; i++) {
            flat[i] = rows[i / rows[0].length][i % rows[0].length];
        }
        return scope.create(flat, new Shape(rows.length, rows[0].length));
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    /** Cross entropy of picture i with the texts, and of text i with the pictures. */
    private static double met(float[][] images, float[][] texts, float[][] shares, double scale) {
        double loss = 0;
        for (int i = 0; i < N; i++) {
            double ofImage = 0;
            double ofText = 0;
            for (int j = 0; j < N; j++) {
                ofImage += Math.exp(scale * dot(images[i], texts[j]));
                ofText += Math.exp(scale * dot(texts[i], images[j]));
            }
            for (int j = 0; j < N; j++) {
                double imageShare = Math.exp(scale * dot(images[i], texts[j])) / ofImage;
                double textShare = Math.exp(scale * dot(texts[i], images[j])) / ofText;
                loss -= shares[i][j] * (Math.log(imageShare) + Math.log(textShare)) / (2 * N);
            }
        }
        return loss;
    }

    @Test
    void pictures_and_captions_meet_by_cross_entropy_both_ways() {
        var images = directions(N);
        var texts = directions(N);
        var shares = new float[N][N];
        for (int i = 0; i < N; i++) {
            shares[i][i] = i < 2 ? 0.5f : 1;
        }
        shares[0][1] = 0.5f;
        shares[1][0] = 0.5f;

        double loss = meet(images, texts, shares, Math.log(7));

        assertThat(loss).isCloseTo(met(images, texts, shares, 7), within(1e-5));
    }

    @Test
    void the_scale_is_at_most_a_hundred() {
        var images = directions(N);
        var texts = directions(N);
        var shares = new float[N][N];
        for (int i = 0; i < N; i++) {
            shares[i][i] = 1;
        }

        double loss = meet(images, texts, shares, Math.log(300));

        assertThat(loss).isCloseTo(met(images, texts, shares, 100), within(1e-3));
    }

    private double meet(float[][] images, float[][] texts, float[][] shares, double scale) {
        return script.call(
                        scope,
                        "meet",
                        tensor(images),
                        tensor(texts),
                        tensor(shares),
                        scope.create((float) scale))
                .toFloatArray()[0];
    }

    @Test
    void each_class_is_told_for_itself() {
        float[][] similar = {{0.5f, -0.25f, 0.1f}, {-1, 0.75f, 0}};
        float[][] present = {{1, 0, 0}, {0, 1, 1}};

        double loss =
                script.call(
                                scope,
                                "tell",
                                tensor(similar),
                                tensor(present),
                                scope.create((float) Math.log(4)),
                                scope.create(-0.5f))
                        .toFloatArray()[0];

        double expected = 0;
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 3; j++) {
                double likelihood = 1 / (1 + Math.exp(-(4 * similar[i][j] - 0.5)));
                expected -= Math.log(present[i][j] == 1 ? likelihood : 1 - likelihood) / 6;
            }
        }
        assertThat(loss).isCloseTo(expected, within(1e-6));
    }

    @Test
    void the_most_alike_cell_speaks_for_a_picture_less_what_all_classes_share() {
        var cells = directions(2 * N);
        var names = directions(4);

        float[] greatest =
                script.call(scope, "greatest", tensor(cells).reshape(2, N, WIDTH), tensor(names))
                        .toFloatArray();

        for (int i = 0; i < 2; i++) {
            for (int c = 0; c < 3; c++) {
                double most = Double.NEGATIVE_INFINITY;
                double sum = 0;
                for (int cell = 0; cell < N; cell++) {
                    var own = cells[i * N + cell];
                    double similar = dot(own, names[c]) - dot(own, names[3]);
                    most = Math.max(most, similar);
                    sum += Math.exp(ContrastText.SHARPNESS * similar);
                }
                assertThat((double) greatest[i * 3 + c])
                        .isCloseTo(Math.log(sum) / ContrastText.SHARPNESS, within(1e-5))
                        .isBetween(most - 1e-5, most + Math.log(N) / ContrastText.SHARPNESS + 1e-5);
            }
        }
    }
}
