package dev.millrace.workers.train.scenes.clip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.workers.train.scenes.SceneClass;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

class CaptionsTest {
    private static final Map<SceneClass, Integer> COUNTS =
            Map.of(SceneClass.BALL, 2, SceneClass.DIAMOND, 1, SceneClass.LEAF, 5);

    private static Set<Caption> scenes(Map<SceneClass, Integer> counts) {
        return IntStream.range(0, 200)
                .mapToObj(seed ->
                        Captions.scene(counts, List.of("stripes"), new SplittableRandom(seed)))
                .collect(Collectors.toSet());
    }

    private static Set<Caption> things(SceneClass kind) {
        return IntStream.range(0, 400)
                .mapToObj(
                        seed -> Captions.thing(kind, List.of("clouds"), new SplittableRandom(seed)))
                .collect(Collectors.toSet());
    }

    @Test
    void of_a_scene_all_classes_are_counted_in_any_order_with_the_background_or_without() {
        assertThat(scenes(COUNTS))
                .hasSize(12)
                .extracting(Caption::text)
                .contains(
                        "two red balls, a blue diamond and five brown leaves",
                        "a blue diamond, five brown leaves and two red balls on stripes");
        assertThat(scenes(COUNTS))
                .allSatisfy(caption -> {
                    assertThat(caption.kinds()).isEqualTo(COUNTS.keySet());
                    assertThat(caption.claim()).isEqualTo(caption.text());
                });
    }

    @Test
    void of_a_scene_without_things_the_background_is_told() {
        assertThat(scenes(Map.of())).containsExactly(new Caption("stripes", "stripes", Set.of()));
    }

    @Test
    void more_than_five_are_many() {
        assertThat(scenes(Map.of(SceneClass.BOX, 6)))
                .extracting(Caption::text)
                .containsExactlyInAnyOrder("many green boxes", "many green boxes on stripes");
    }

    @Test
    void a_thing_is_told_in_a_template_or_plainly_and_templates_claim_nothing_of_their_own() {
        assertThat(things(SceneClass.GEAR))
                .contains(
                        new Caption("an orange gear", "orange gear", Set.of(SceneClass.GEAR)),
                        new Caption(
                                "a plastic orange gear.", "orange gear", Set.of(SceneClass.GEAR)),
                        new Caption(
                                "an orange gear on clouds",
                                "an orange gear on clouds",
                                Set.of(SceneClass.GEAR)));
    }
}
