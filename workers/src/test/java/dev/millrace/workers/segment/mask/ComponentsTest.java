package dev.millrace.workers.segment.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.workers.segment.mask.Components.Component;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

class ComponentsTest {
    @Test
    void pieces_are_numbered_by_their_first_cells_row_by_row() {
        var mask = Samples.mask("..#.#", "#.###", "#....", ".#...");

        var found = Components.of(mask, Connectivity.FOUR);

        assertThat(found.all())
                .containsExactly(
                        new Component(0, 0, 5, new Box(2, 0, 5, 2)),
                        new Component(1, 0, 2, new Box(0, 1, 1, 3)),
                        new Component(2, 0, 1, new Box(1, 3, 2, 4)));
        assertThat(found.label(4)).isZero();
        assertThat(found.label(0)).isEqualTo(Components.NONE);
        assertThat(found.mask(found.all().get(1)))
                .isEqualTo(Samples.mask(".....", "#....", "#....", "....."));
        assertThat(found.cropped(found.all().get(0))).isEqualTo(Samples.mask("#.#", "###"));
        assertThat(Components.of(mask, Connectivity.EIGHT).all()).hasSize(2);
    }

    @ParameterizedTest
    @EnumSource
    void pieces_of_all_classes_at_once_are_those_of_a_flood(Connectivity connectivity) {
        var random = new SplittableRandom(11);
        for (int i = 0; i < 100; i++) {
            int height = 1 + random.nextInt(30);
            int width = 1 + random.nextInt(30);
            int classes = 1 + random.nextInt(4);
            var kinds = random.ints((long) height * width, -1, classes).toArray();

            var found = Components.of(height, width, kinds, connectivity);

            var labels = flooded(kinds, height, width, connectivity);
            assertThat(IntStream.range(0, kinds.length).map(found::label).toArray())
                    .containsExactly(labels);
            for (var piece : found.all()) {
                var mask = found.mask(piece);
                assertThat(mask.area()).isEqualTo(piece.area());
                assertThat(mask.box()).contains(piece.box());
                assertThat(mask.stream().allMatch(at -> kinds[at] == piece.kind())).isTrue();
                assertThat(found.cropped(piece).area()).isEqualTo(piece.area());
            }
        }
    }

    private static int[] flooded(int[] kinds, int height, int width, Connectivity connectivity) {
        var labels = new int[kinds.length];
        Arrays.fill(labels, -1);
        int next = 0;
        for (int start = 0; start < kinds.length; start++) {
            if (kinds[start] < 0 || labels[start] >= 0) {
                continue;
            }
            var open = new ArrayDeque<Integer>();
            open.add(start);
            labels[start] = next;
            while (!open.isEmpty()) {
                int at = open.remove();
                for (int move = 0; move < 9; move++) {
                    int row = at / width + move / 3 - 1;
                    int column = at % width + move % 3 - 1;
                    boolean isStraight = move % 2 == 1;
                    if (row < 0 || column < 0 || row >= height || column >= width) {
                        continue;
                    }
                    int to = row * width + column;
                    if ((isStraight || connectivity == Connectivity.EIGHT)
                            && kinds[to] == kinds[start]
                            && labels[to] < 0) {
                        labels[to] = next;
                        open.add(to);
                    }
                }
            }
            next++;
        }
        return labels;
    }

    @Test
    void classes_that_do_not_fill_the_grid_are_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Components.of(2, 2, new int[3], Connectivity.FOUR))
                .withMessageContaining("2 x 2 cells need 4 classes, were 3");
    }
}
