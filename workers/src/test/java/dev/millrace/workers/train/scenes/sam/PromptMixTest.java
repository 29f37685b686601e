package dev.millrace.workers.train.scenes.sam;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.workers.segment.mask.Mask;
import dev.millrace.workers.train.scenes.sam.PromptMix.Kind;

import org.junit.jupiter.api.Test;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

class PromptMixTest {
    private static final Mask OBJECT = Mask.of(4, 4, pixel -> pixel < 8);
    private static final Mask FIELD = Mask.of(4, 4, pixel -> pixel >= 8);

    @Test
    void kinds_are_drawn_as_often_as_their_shares_say() {
        var random = new SplittableRandom(1);
        Map<Kind, Integer> counts = new EnumMap<>(Kind.class);

        for (int i = 0; i < 20_000; i++) {
            counts.merge(PromptMix.SHIPPED.draw(random), 1, Integer::sum);
        }

        PromptMix.SHIPPED
                .shares()
                .forEach((kind, share) ->
                        assertThat(counts.getOrDefault(kind, 0) / 20_000.0)
                                .isCloseTo(share, within(0.01)));
    }

    @Test
    void shares_that_are_not_one_together_are_refused() {
        assertThatThrownBy(() -> new PromptMix(0.5, 0.1, 0.1, 0.1))
                .hasMessageContaining("together 1, were 0.5, 0.1, 0.1, 0.1");
        assertThatThrownBy(() -> new PromptMix(1.2, -0.2, 0, 0)).hasMessageContaining("at least 0");
    }

    @Test
    void a_scene_without_what_was_drawn_is_asked_for_an_object() {
        var scene = scene(Map.of(Kind.OBJECT, List.of(OBJECT), Kind.BACKGROUND, List.of(FIELD)));
        var parts = new PromptMix(0, 1, 0, 0);
        var backgrounds = new PromptMix(0, 0, 0, 1);

        assertThat(scene.draw(parts, new SplittableRandom(1))).isEqualTo(OBJECT);
        assertThat(scene.draw(backgrounds, new SplittableRandom(1))).isEqualTo(FIELD);
    }

    @Test
    void a_scene_without_objects_is_asked_for_what_it_has() {
        var scene = scene(Map.of(Kind.BACKGROUND, List.of(FIELD)));

        assertThat(scene.draw(PromptMix.SHIPPED, new SplittableRandom(1))).isEqualTo(FIELD);
        assertThatThrownBy(() -> scene(Map.of())).hasMessageContaining("something to ask for");
    }

    private static SceneLesson scene(Map<Kind, List<Mask>> masks) {
        return new SceneLesson(4, new byte[48], masks);
    }
}
