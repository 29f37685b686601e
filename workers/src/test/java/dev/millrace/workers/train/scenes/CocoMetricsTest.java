package dev.millrace.workers.train.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;

import dev.millrace.workers.segment.mask.Box;
import dev.millrace.workers.segment.mask.Mask;
import dev.millrace.workers.train.scenes.CocoMetrics.Figures;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;

class CocoMetricsTest {
    private static final int SIDE = 24;
    private static final Mask LEFT = mask(0, 0, 10, 10);
    private static final Mask RIGHT = mask(12, 0, 22, 10);
    private static final Mask BELOW = mask(0, 12, 10, 22);

    private static Mask mask(double left, double top, double right, double bottom) {
        return Mask.of(SIDE, SIDE, new Box(left, top, right, bottom));
    }

    private static Truth object(Mask mask) {
        return new Truth(mask, 0, false);
    }

    private static Detection found(Mask mask, double score) {
        return new Detection(mask, 0, score);
    }

    private static Figures agnostic(List<Detection> found, List<Truth> truths) {
        return CocoMetrics.agnostic(List.of(found), List.of(truths), Sizes.ALL).figures();
    }

    @Test
    void perfect_masks_score_one() {
        var figures =
                agnostic(
                        List.of(found(LEFT, 0.3), found(RIGHT, 0.9)),
                        List.of(object(LEFT), object(RIGHT)));

        assertThat(figures).isEqualTo(new Figures(1, 1, 1, 1));
    }

    @Test
    void nothing_found_scores_nothing() {
        assertThat(agnostic(List.of(), List.of(object(LEFT)))).isEqualTo(new Figures(0, 0, 0, 0));
    }

    @Test
    void a_second_lower_mask_of_the_same_object_costs_nothing() {
        var figures = agnostic(List.of(found(LEFT, 0.9), found(LEFT, 0.8)), List.of(object(LEFT)));

        assertThat(figures.ap()).isEqualTo(1);
    }

    @Test
    void a_better_scored_mask_of_nothing_halves_the_precision_of_one_object() {
        var figures = agnostic(List.of(found(RIGHT, 0.9), found(LEFT, 0.8)), List.of(object(LEFT)));

        assertThat(figures).isEqualTo(new Figures(0.5, 0.5, 0.5, 1));
    }

    @Test
    void of_equal_scores_the_earlier_counts_first() {
        assertThat(
                        agnostic(
                                        List.of(found(LEFT, 0.5), found(RIGHT, 0.5)),
                                        List.of(object(LEFT)))
                                .ap())
                .isEqualTo(1);
        assertThat(
                        agnostic(
                                        List.of(found(RIGHT, 0.5), found(LEFT, 0.5)),
                                        List.of(object(LEFT)))
                                .ap())
                .isEqualTo(0.5);
    }

    @Test
    void half_the_objects_reach_51_of_101_recalls() {
        var figures = agnostic(List.of(found(LEFT, 0.5)), List.of(object(LEFT), object(RIGHT)));

        assertThat(figures.ap()).isCloseTo(51.0 / 101, within(1e-12));
        assertThat(figures.ar100()).isEqualTo(0.5);
    }

    @Test
    void an_overlap_of_seven_tenths_is_enough_for_five_of_ten() {
        var figures = agnostic(List.of(found(mask(0, 0, 10, 7), 0.5)), List.of(object(LEFT)));

        assertThat(figures).isEqualTo(new Figures(0.5, 1, 0, 0.5));
    }

    @Test
    void masks_in_an_ignored_region_count_neither_for_nor_against_however_many() {
        var truths = List.of(object(LEFT), new Truth(RIGHT, 0, true));
        var found =
                List.of(
                        found(mask(12, 0, 17, 5), 0.9),
                        found(mask(17, 5, 22, 10), 0.9),
                        found(LEFT, 0.5));

        assertThat(agnostic(found, truths).ap()).isEqualTo(1);
        assertThat(agnostic(List.of(), List.of(new Truth(RIGHT, 0, true))).ap()).isZero();
    }

    @Test
    void classes_count_alike_and_only_those_that_are_there() {
        var truths = List.of(object(LEFT), new Truth(RIGHT, 1, false));
        var found = List.of(found(LEFT, 0.9), found(RIGHT, 0.8), new Detection(BELOW, 2, 0.99));

        var byClass = CocoMetrics.byClass(List.of(found), List.of(truths), Sizes.ALL).figures();
        var agnostic = agnostic(found, truths);

        assertThat(byClass.ap()).isEqualTo(0.5); // class 0 is perfect, class 1 is called 0
        assertThat(agnostic.ap()).isCloseTo(2.0 / 3, within(1e-9));
    }

    @Test
    void objects_of_other_sizes_are_ignored_and_masks_of_other_sizes_overlooked() {
        var small = mask(12, 12, 15, 15);
        var truths = List.of(List.of(object(LEFT), object(small), object(BELOW)));
        var found = List.of(List.of(found(RIGHT, 0.9), found(small, 0.8), found(LEFT, 0.7)));
        var terciles = Sizes.terciles(truths);

        assertThat(terciles.getFirst()).isEqualTo(new Sizes(0, 9));
        assertThat(CocoMetrics.agnostic(found, truths, terciles.get(0)).figures().ap())
                .isEqualTo(1);
        assertThat(CocoMetrics.agnostic(found, truths, new Sizes(50, 200)).figures().ap())
                .isCloseTo(51.0 / 101 / 2, within(1e-9));
    }

    @Test
    void no_more_than_a_hundred_masks_of_a_picture_count() {
        var found = new ArrayList<Detection>();
        IntStream.range(0, 100).forEach(_ -> found.add(found(RIGHT, 0.9)));
        found.add(found(LEFT, 0.8));

        assertThat(agnostic(found, List.of(object(LEFT))).ar100()).isZero();
        assertThat(agnostic(found.subList(1, 101), List.of(object(LEFT))).ar100()).isEqualTo(1);
    }

    @Test
    void masks_told_best_first_never_lower_the_figures_of_those_before() {
        var random = new SplittableRandom(12);
        for (int i = 0; i < 40; i++) {
            var truths =
                    random.ints(4, 0, 14).mapToObj(at -> object(mask(at, 0, at + 8, 8))).toList();
            var found = new ArrayList<Detection>();
            double before = 0;
            for (int told = 12; told > 0; told--) {
                int at = random.nextInt(14);
                found.add(found(mask(at, 0, at + 8, 8), told / 12.0));
                double ap = agnostic(found, truths).ap();

                assertThat(ap).isGreaterThanOrEqualTo(before);
                before = ap;
            }
        }
    }

    static List<JsonNode> cases() throws IOException {
        try (var file = CocoMetricsTest.class.getResourceAsStream("/scenes/coco.json")) {
            var cases = list(new ObjectMapper().readTree(file), node -> node);
            assertThat(cases).hasSize(3);
            return cases;
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void figures_are_those_of_pycocotools(JsonNode golden) {
        var truths =
                list(
                        golden.get("pictures"),
                        node -> list(node.get("truths"), CocoMetricsTest::truth));
        var found =
                list(
                        golden.get("pictures"),
                        node -> list(node.get("found"), CocoMetricsTest::detection));
        for (var size : List.of("all", "small", "large")) {
            var sizes =
                    switch (size) {
                        case "small" -> new Sizes(0, 40);
                        case "large" -> new Sizes(41, 1e10);
                        default -> Sizes.ALL;
                    };
            var expected = golden.get("expected");

            assertClose(
                    CocoMetrics.agnostic(found, truths, sizes), expected.get("agnostic").get(size));
            assertClose(
                    CocoMetrics.byClass(found, truths, sizes), expected.get("by_class").get(size));
        }
    }

    private static Truth truth(JsonNode node) {
        return new Truth(mask(node), node.get("label").asInt(), node.get("ignored").asBoolean());
    }

    private static Detection detection(JsonNode node) {
        return new Detection(mask(node), node.get("label").asInt(), node.get("score").asDouble());
    }

    private static Mask mask(JsonNode node) {
        var corners = list(node.get("box"), JsonNode::asDouble);
        return mask(corners.get(0), corners.get(1), corners.get(2), corners.get(3));
    }

    private static void assertClose(CocoMetrics metrics, JsonNode expected) {
        var figures = metrics.figures();
        assertThat(figures.ap()).isCloseTo(expected.get("ap").asDouble(), within(1e-9));
        assertThat(figures.ap50()).isCloseTo(expected.get("ap50").asDouble(), within(1e-9));
        assertThat(figures.ap75()).isCloseTo(expected.get("ap75").asDouble(), within(1e-9));
        assertThat(figures.ar100()).isCloseTo(expected.get("ar100").asDouble(), within(1e-9));
    }

    private static <T> List<T> list(JsonNode node, Function<JsonNode, T> as) {
        return StreamSupport.stream(node.spliterator(), false).map(as).toList();
    }

    @Test
    void an_interval_holds_the_estimate_and_narrows_with_more_pictures() {
        var few = intervalOf(10);
        var many = intervalOf(160);

        assertThat(few.estimate()).isEqualTo(many.estimate()).isCloseTo(51.0 / 101, within(1e-9));
        assertThat(few.low()).isLessThan(few.estimate());
        assertThat(few.high()).isGreaterThan(few.estimate());
        assertThat(many.high() - many.low()).isLessThan((few.high() - few.low()) / 2);
        assertThat(intervalOf(10)).isEqualTo(few);
    }

    /** Every second picture is found. */
    private static CocoMetrics.Interval intervalOf(int pictures) {
        return new Bootstrap(400, 1).ap(everySecond(pictures));
    }

    private static CocoMetrics everySecond(int pictures) {
        var truths = IntStream.range(0, pictures).mapToObj(_ -> List.of(object(LEFT))).toList();
        var found =
                IntStream.range(0, pictures)
                        .mapToObj(i -> List.of(found(i % 2 == 0 ? LEFT : RIGHT, 1 - i % 2 * 0.5)))
                        .toList();
        return CocoMetrics.agnostic(found, truths, Sizes.ALL);
    }

    @Test
    void a_gain_over_itself_is_none_in_every_sample() {
        var metrics = everySecond(20);

        assertThat(new Bootstrap(100, 7).apGain(metrics, metrics))
                .isEqualTo(new CocoMetrics.Interval(0, 0, 0));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Bootstrap(10, 7).apGain(metrics, everySecond(10)))
                .withMessageContaining("20 and 10");
    }

    @Test
    void pictures_without_truths_and_scores_that_are_no_numbers_are_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> CocoMetrics.agnostic(List.of(List.of()), List.of(), Sizes.ALL))
                .withMessageContaining("were 0 for 1");
        assertThatIllegalArgumentException().isThrownBy(() -> found(LEFT, Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> new Bootstrap(0, 1));
    }
}
