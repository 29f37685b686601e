package dev.millrace.workers.train.scenes.clip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.workers.segment.mask.Mask;
import dev.millrace.workers.segment.zip.Clustering;
import dev.millrace.workers.train.scenes.MiniScene;
import dev.millrace.workers.train.scenes.SceneClass;
import dev.millrace.workers.train.scenes.SceneObject;

import org.junit.jupiter.api.Test;

import java.util.List;

/** Two squares side by side on a grid of 32 x 32: columns 4 to 16 and 16 to 28 of rows 4 to 28. */
class ContourScoreTest {
    private static final int SIDE = 32;

    private static Mask columns(int from, int to) {
        return Mask.of(
                SIDE,
                SIDE,
                cell -> {
                    int row = cell / SIDE;
                    int column = cell % SIDE;
                    return row >= 4 && row < 28 && column >= from && column < to;
                });
    }

    private static MiniScene scene() {
        var none = Mask.empty(SIDE, SIDE);
        return new MiniScene(
                SIDE,
                new byte[3 * SIDE * SIDE],
                List.of(
                        new SceneObject(SceneClass.BOX, columns(4, 16), none, 1),
                        new SceneObject(SceneClass.BOX, columns(16, 28), none, 1)),
                List.of(),
                List.of());
    }

    private static ContourScore found(Mask found) {
        return ContourScore.of(ContourScore.owners(scene(), SIDE, SIDE), found);
    }

    /** The cells just inside of all edges, and between the two. */
    private static Mask net() {
        return Mask.of(
                SIDE,
                SIDE,
                cell -> {
                    int row = cell / SIDE;
                    int column = cell % SIDE;
                    boolean isInside = row >= 4 && row < 28 && column >= 4 && column < 28;
                    boolean isEdge =
                            row == 4 || row == 27 || column == 4 || column == 27 || column == 16;
                    return isInside && isEdge;
                });
    }

    @Test
    void a_net_along_all_contours_is_perfect() {
        var score = found(net());

        assertThat(score.precision()).isEqualTo(1);
        assertThat(score.recall()).isEqualTo(1);
        assertThat(score.recallBetween()).isEqualTo(1);
        assertThat(score.f1()).isEqualTo(1);
    }

    @Test
    void the_line_between_two_objects_alone_meets_all_that_is_between_and_little_else() {
        var score = found(columns(16, 17));

        assertThat(score.precision()).isEqualTo(1);
        assertThat(score.recallBetween()).isEqualTo(1);
        assertThat(score.recall()).isLessThan(0.4);
    }

    @Test
    void cells_inside_of_objects_are_wrong_and_those_far_outside_do_not_count() {
        var inside = Mask.of(SIDE, SIDE, cell -> cell == 10 * SIDE + 9 || cell == 12 * SIDE + 22);

        assertThat(found(inside).precision()).isZero();
        assertThat(found(Mask.of(SIDE, SIDE, cell -> cell == 0)).found()).isZero();
    }

    @Test
    void everything_meets_all_and_is_right_only_near_contours() {
        var score = ContourScore.ofEverything(scene(), SIDE, SIDE);

        assertThat(score.recall()).isEqualTo(1);
        assertThat(score.precision()).isBetween(0.3, 0.7);
    }

    @Test
    void a_cluster_in_the_shape_of_a_net_is_a_boundary_and_solid_ones_are_not() {
        var labels = new int[SIDE * SIDE];
        var net = net();
        for (int cell = 0; cell < labels.length; cell++) {
            labels[cell] = net.has(cell) ? 1 : 0;
        }
        var clustering = new Clustering(SIDE, SIDE, labels, new float[2][1], 1);

        var score = ContourScore.of(scene(), clustering);

        assertThat(score.found()).isEqualTo(net.area());
        assertThat(score.f1()).isEqualTo(1);
    }
}
