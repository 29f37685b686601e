package dev.millrace.workers.segment.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

class MaskTest {
    @Test
    void counts_of_bits_are_those_of_pixels_one_by_one() {
        var random = new SplittableRandom(1);
        for (int i = 0; i < 200; i++) {
            var a = Samples.random(random);
            var b = Samples.random(random, a.height(), a.width());
            var pixels = IntStream.range(0, a.pixels()).boxed().toList();
            long both = pixels.stream().filter(at -> a.has(at) && b.has(at)).count();
            long either = pixels.stream().filter(at -> a.has(at) || b.has(at)).count();

            assertThat(a.area()).isEqualTo(pixels.stream().filter(a::has).count());
            assertThat(a.intersection(b)).isEqualTo((int) both);
            assertThat(a.union(b)).isEqualTo((int) either);
            assertThat(a.and(b).area()).isEqualTo((int) both);
            assertThat(a.or(b).area()).isEqualTo((int) either);
            assertThat(a.minus(b).area()).isEqualTo(a.area() - (int) both);
            assertThat(a.iou(b)).isEqualTo(either == 0 ? 0 : (double) both / either);
            assertThat(a.stream().boxed().toList())
                    .isEqualTo(pixels.stream().filter(a::has).toList());
        }
    }

    @Test
    void a_box_is_the_smallest_around_its_pixels() {
        Samples.random(300)
                .forEach(mask -> {
                    var rows = mask.stream().map(at -> at / mask.width()).summaryStatistics();
                    var columns = mask.stream().map(at -> at % mask.width()).summaryStatistics();

                    if (mask.isEmpty()) {
                        assertThat(mask.box()).isEmpty();
                    } else {
                        assertThat(mask.box())
                                .contains(
                                        new Box(
                                                columns.getMin(),
                                                rows.getMin(),
                                                columns.getMax() + 1,
                                                rows.getMax() + 1));
                        assertThat(mask.and(box(mask))).isEqualTo(mask);
                    }
                });
    }

    private static Mask box(Mask mask) {
        return Mask.of(mask.height(), mask.width(), mask.box().orElseThrow());
    }

    @Test
    void masks_are_equal_if_their_size_and_pixels_are() {
        var mask = Samples.mask("#.", ".#", "##");

        assertThat(mask).isEqualTo(Samples.mask("#.", ".#", "##")).isNotEqualTo(null);
        assertThat(mask).hasSameHashCodeAs(Samples.mask("#.", ".#", "##"));
        assertThat(mask).isNotEqualTo(Samples.mask("#.", ".#", "#."));
        assertThat(mask).isNotEqualTo(Samples.mask("#..", "###"));
        assertThat(mask).hasToString("a mask of 4 of 3 x 2 pixels");
    }

    @Test
    void another_size_repeats_pixels_or_leaves_some_out() {
        var mask = Samples.mask("#.", ".#");

        assertThat(mask.resized(4, 6))
                .isEqualTo(Samples.mask("###...", "###...", "...###", "...###"));
        assertThat(mask.resized(4, 6).resized(2, 2)).isEqualTo(mask);
        assertThat(mask.resized(3, 3)).isEqualTo(Samples.mask("##.", "##.", "..#"));
    }

    @Test
    void values_above_a_threshold_are_a_mask_and_those_equal_to_it_are_not() {
        assertThat(Mask.above(new float[] {1, 2, 3, Float.NaN}, 2, 2, 2))
                .isEqualTo(Samples.mask("..", "#."));
    }

    @Test
    void sizes_without_pixels_or_with_too_many_are_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Mask.empty(0, 3))
                .withMessageContaining("was 0 x 3");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Mask.empty(1 << 20, 1 << 20))
                .withMessageContaining("1 to 268435456");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Mask.empty(2, 3).iou(Mask.empty(3, 2)))
                .withMessageContaining("2 x 3 and 3 x 2");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Mask.above(new float[5], 2, 3, 0))
                .withMessageContaining("6 values, were 5");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Box(0, 0, Double.NaN, 1))
                .withMessageContaining("finite");
        assertThatIllegalArgumentException().isThrownBy(() -> new Box(2, 0, 1, 1));
    }

    @Test
    void overlaps_of_boxes_are_those_of_their_masks() {
        var random = new SplittableRandom(3);
        for (int i = 0; i < 200; i++) {
            var a = box(random);
            var b = box(random);

            assertThat(a.iou(b)).isEqualTo(Mask.of(20, 20, a).iou(Mask.of(20, 20, b)));
        }
        assertThat(new Box(1, 1, 1, 1).iou(new Box(1, 1, 1, 1))).isZero();
        assertThat(new Box(1, 2, 3, 4).scaled(2, 3)).isEqualTo(new Box(2, 6, 6, 12));
        assertThat(new Box(-5, 2, 30, 4).within(20, 3)).isEqualTo(new Box(0, 2, 20, 3));
    }

    private static Box box(SplittableRandom random) {
        int left = random.nextInt(15);
        int top = random.nextInt(15);
        return new Box(left, top, left + 1 + random.nextInt(5), top + 1 + random.nextInt(5));
    }
}
