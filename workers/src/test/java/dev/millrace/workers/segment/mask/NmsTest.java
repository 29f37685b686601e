package dev.millrace.workers.segment.mask;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

class NmsTest {
    private static final List<Mask> MASKS =
            List.of(
                    Samples.mask("####...."),
                    Samples.mask("###....."),
                    Samples.mask("....####"),
                    Samples.mask("....###."));

    @Test
    void the_best_stays_and_what_overlaps_it_more_than_the_limit_goes() {
        assertThat(new Nms(0.7).masks(MASKS, 0.5, 0.9, 0.8, 0.1)).containsExactly(1, 2);
        assertThat(new Nms(0.75).masks(MASKS, 0.5, 0.9, 0.8, 0.1)).containsExactly(1, 2, 0, 3);
    }

    @Test
    void of_equal_scores_the_earlier_stays() {
        assertThat(new Nms(0.5).masks(MASKS, 1, 1, 1, 1)).containsExactly(0, 2);
    }

    @Test
    void only_the_same_class_rivals_where_classes_matter() {
        int[] classes = {0, 1, 2, 2};

        assertThat(new Nms(0.5).masksByClass(MASKS, classes, 0.5, 0.9, 0.8, 0.1))
                .containsExactly(1, 2, 0);
    }

    @Test
    void boxes_rival_as_their_masks_do() {
        var random = new SplittableRandom(9);
        for (int round = 0; round < 50; round++) {
            var boxes = IntStream.range(0, 20).mapToObj(_ -> box(random)).toList();
            var masks = boxes.stream().map(box -> Mask.of(30, 30, box)).toList();
            var scores = random.doubles(20).map(score -> Math.rint(score * 8)).toArray();
            var nms = new Nms(random.nextDouble());

            assertThat(nms.boxes(boxes, scores)).isEqualTo(nms.masks(masks, scores));
        }
    }

    private static Box box(SplittableRandom random) {
        int left = random.nextInt(10);
        int top = random.nextInt(10);
        return new Box(left, top, left + 5 + random.nextInt(15), top + 5 + random.nextInt(15));
    }

    @Test
    void counts_that_differ_and_limits_beyond_one_are_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Nms(1.5))
                .withMessage("the limit must be 0..1, was 1.5");
        assertThatIllegalArgumentException().isThrownBy(() -> new Nms(0.5).masks(MASKS, 1, 2));
    }
}
