package dev.millrace.workers.segment.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

import java.util.List;

class OutlinesTest {
    @Test
    void an_outline_runs_along_the_edges_of_its_pixels() {
        var polygons = Outlines.of(Samples.mask("....", ".##.", ".#..", "...."));

        assertThat(polygons).hasSize(1);
        assertThat(polygons.getFirst().coordinates())
                .containsExactly(3., 1., 3., 2., 2., 2., 2., 3., 1., 3., 1., 1.);
        assertThat(polygons.getFirst().area()).isEqualTo(3);
    }

    @Test
    void a_piece_with_a_hole_is_cut_along_the_holes_upper_edge() {
        var polygons = Outlines.of(Samples.mask("####", "#..#", "####"));

        assertThat(polygons.stream().map(Polygon::area)).containsExactly(4.0, 6.0);
    }

    @Test
    void pixels_that_share_a_corner_are_two_pieces() {
        assertThat(Outlines.of(Samples.mask("#.", ".#"))).hasSize(2);
        assertThat(Outlines.of(Mask.empty(3, 3))).isEmpty();
    }

    @Test
    void polygons_filled_together_are_the_mask_and_do_not_overlap() {
        Samples.random(300)
                .forEach(mask -> {
                    var polygons = Outlines.of(mask);

                    double area = polygons.stream().mapToDouble(Polygon::area).sum();
                    assertThat(area).isEqualTo(mask.area());
                    assertThat(filled(polygons, mask)).isEqualTo(mask);
                });
    }

    private static Mask filled(List<Polygon> polygons, Mask like) {
        var filled = Mask.empty(like.height(), like.width());
        for (var polygon : polygons) {
            filled =
                    filled.or(
                            Mask.of(
                                    like.height(),
                                    like.width(),
                                    at ->
                                            encloses(
                                                    polygon.coordinates(),
                                                    at % like.width() + 0.5,
                                                    at / like.width() + 0.5)));
        }
        return filled;
    }

    /** A ray to the right crosses the outline an odd number of times. */
    private static boolean encloses(List<Double> outline, double x, double y) {
        boolean isInside = false;
        int count = outline.size();
        for (int i = 0; i < count; i += 2) {
            double fromY = outline.get(i + 1);
            double toY = outline.get((i + 3) % count);
            if (fromY > y != toY > y && outline.get(i) > x) {
                isInside = !isInside;
            }
        }
        return isInside;
    }

    @Test
    void a_mask_of_many_holes_is_outlined_without_exhausting_the_stack() {
        var sieve = Mask.of(401, 401, at -> at / 401 % 2 == 0 || at % 401 % 2 == 0);

        double area = Outlines.of(sieve).stream().mapToDouble(Polygon::area).sum();

        assertThat(area).isEqualTo(sieve.area());
    }

    @Test
    void a_polygon_has_at_least_three_corners() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Polygon.of(1, 2, 3, 4))
                .withMessageContaining("had 4 numbers");
        assertThat(Polygon.of(0, 0, 0, 2, 2, 2, 2, 0).area()).isEqualTo(-4);
    }
}
