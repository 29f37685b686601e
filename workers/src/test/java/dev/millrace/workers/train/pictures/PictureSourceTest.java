package dev.millrace.workers.train.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

class PictureSourceTest {
    private final PictureSource source = new PictureSource();

    @Test
    void a_picture_depends_on_its_seed_step_and_row_alone() {
        var picture = source.training(1, 2, 3);

        assertThat(new PictureSource().training(1, 2, 3).values())
                .containsExactly(picture.values());
        for (var other :
                List.of(
                        source.training(1, 2, 4),
                        source.training(1, 3, 3),
                        source.training(2, 2, 3))) {
            assertThat(other.values()).isNotEqualTo(picture.values());
        }
    }

    @Test
    void held_out_pictures_are_none_that_training_draws_and_show_each_class_in_turn() {
        Set<List<Float>> learned = new HashSet<>();
        for (int step = 0; step < 20; step++) {
            for (int row = 0; row < 8; row++) {
                learned.add(start(source.training(1, step, row)));
            }
        }
        for (int i = 0; i < 64; i++) {
            var picture = source.heldOut(i);

            assertThat(picture.label()).isEqualTo(i % PictureSource.CLASSES);
            assertThat(learned).doesNotContain(start(picture));
        }
    }

    private static List<Float> start(PictureSource.Picture picture) {
        return IntStream.range(0, 16).mapToObj(i -> picture.values()[i]).toList();
    }

    @Test
    void values_are_colours_and_every_class_is_drawn() {
        var classes = new HashSet<Integer>();
        for (int row = 0; row < 100; row++) {
            var picture = source.training(5, 0, row);
            classes.add(picture.label());
            for (float value : picture.values()) {
                assertThat(value).isBetween(-1.1f, 1.1f);
            }
        }

        assertThat(classes).hasSize(PictureClass.labels().size());
        assertThat(PictureClass.labels()).contains("disc", "triangle", "checker").hasSize(8);
    }

    @Test
    void shapes_have_an_inside_and_an_outside_and_edges_between_them() {
        for (var shape : PictureClass.values()) {
            int inside = 0;
            int edges = 0;
            for (double y = -1.25; y < 1.25; y += 0.0625) {
                for (double x = -1.25; x < 1.25; x += 0.0625) {
                    double distance = shape.distance(x, y);
                    inside += distance < 0 ? 1 : 0;
                    edges += Math.abs(distance) < 0.05 ? 1 : 0;
                }
            }
            assertThat(inside).as(shape.label()).isBetween(200, 1000);
            assertThat(edges).as(shape.label()).isPositive();
        }
    }
}
