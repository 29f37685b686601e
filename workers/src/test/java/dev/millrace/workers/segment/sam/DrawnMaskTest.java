package dev.millrace.workers.segment.sam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class DrawnMaskTest {
    @Test
    void a_mask_knows_its_pixels_its_box_and_what_a_stricter_one_would_keep() {
        float[] logits = {
            -5, -5, -5, -5, //
            -5, 2, 0.5f, -5, //
            -0.5f, 2, -5, -5,
        };

        var mask = DrawnMask.of(4, 3, logits, 1);

        assertThat(mask.area()).isEqualTo(3);
        assertThat(mask.box()).isEqualTo(new PixelBox(1, 1, 2, 2));
        assertThat(mask.mask().stream()).containsExactly(5, 6, 9);
        assertThat(mask.stability()).isEqualTo(0.5f);
    }

    @Test
    void a_run_over_the_end_of_a_row_is_two_runs() {
        float[] logits = {-1, 1, 1, 1, -1, -1};

        assertThat(DrawnMask.of(3, 2, logits, 0).box()).isEqualTo(new PixelBox(0, 0, 2, 1));
    }

    @Test
    void an_empty_mask_has_an_empty_box_and_no_stability() {
        var mask = DrawnMask.of(2, 2, new float[] {-9, -9, -9, -9}, 1);

        assertThat(mask.area()).isZero();
        assertThat(mask.box()).isEqualTo(PixelBox.EMPTY);
        assertThat(mask.stability()).isNaN();
        assertThatThrownBy(() -> DrawnMask.of(3, 2, new float[4], 1))
                .hasMessage("a mask of 2 x 3 needs 6 values, were 4");
    }

    @Test
    void boxes_overlap_as_much_as_the_lines_between_their_pixels() {
        var box = new PixelBox(0, 0, 10, 10);

        assertThat(box.overlap(box)).isEqualTo(1);
        assertThat(box.overlap(new PixelBox(5, 0, 15, 10))).isCloseTo(1 / 3.0, within(1e-6));
        assertThat(box.overlap(new PixelBox(10, 10, 12, 12))).isZero();
        assertThat(PixelBox.EMPTY.overlap(PixelBox.EMPTY)).isNaN();
    }

    @Test
    void a_box_at_a_crops_edge_is_cut_off_unless_the_picture_ends_there_too() {
        var whole = new PixelBox(0, 0, 200, 100);
        var crop = new PixelBox(50, 0, 150, 100);

        assertThat(new PixelBox(60, 40, 100, 60).isNearEdge(crop, whole)).isTrue();
        assertThat(new PixelBox(71, 0, 129, 99).isNearEdge(crop, whole)).isFalse();
        assertThat(new PixelBox(0, 0, 199, 99).isNearEdge(whole, whole)).isFalse();
    }

    @Test
    void a_picture_lies_in_the_corner_of_the_square_with_its_longer_side_along_it() {
        var frame = new Frame(100, 75, 64);

        assertThat(frame.scaledWidth()).isEqualTo(64);
        assertThat(frame.scaledHeight()).isEqualTo(48);
        assertThat(frame.toSquareX(50)).isEqualTo(32);
        assertThat(frame.toSquareY(75)).isEqualTo(48);
        assertThat(new Frame(20_000, 1, 64).scaledHeight()).isEqualTo(1);
        assertThat(new Frame(3, 2, 64).scaledHeight()).isEqualTo(43); // 42.67
    }

    @Test
    void the_automatic_modes_points_are_in_the_middle_of_cells() {
        assertThat(AutomaticMasks.grid(2, 8, 4))
                .containsExactly(
                        PointPrompt.positive(2, 1),
                        PointPrompt.positive(6, 1),
                        PointPrompt.positive(2, 3),
                        PointPrompt.positive(6, 3));
    }
}
