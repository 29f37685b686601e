package dev.millrace.workers.train.scenes.clip;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.workers.train.scenes.SceneClass;
import dev.millrace.workers.train.scenes.SceneSource;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Set;

class SceneLessonsTest {
    private static final int SIDE = 64;

    private static SceneLessons lessons() {
        return new SceneLessons(new SceneSource(SIDE), 3, 8, 32, 20);
    }

    @Test
    void a_step_has_the_same_lesson_whatever_came_before_it() {
        var early = lessons();
        for (int step = 0; step < 5; step++) {
            early.of(step);
        }

        var one = early.of(5);
        var other = lessons().of(5);

        assertThat(one.scenes()).containsExactly(other.scenes());
        assertThat(one.parts()).containsExactly(other.parts());
        assertThat(one.captions()).isEqualTo(other.captions());
        assertThat(one.template()).isEqualTo(other.template());
        assertThat(one.captions()).isNotEqualTo(lessons().of(6).captions());
    }

    @Test
    void half_of_a_lesson_are_scenes_and_half_are_things_of_a_class() {
        var lesson = lessons().of(0);

        assertThat(lesson.scenes()).hasSize(4 * 3 * SIDE * SIDE);
        assertThat(lesson.parts()).hasSize(4 * 3 * 32 * 32);
        assertThat(lesson.captions()).hasSize(8);
        assertThat(lesson.captions().subList(4, 8))
                .allSatisfy(caption -> assertThat(caption.kinds()).hasSize(1));
    }

    @Test
    void captions_that_claim_the_same_share_what_is_expected_of_them() {
        var ball = new Caption("a red ball", "red ball", Set.of(SceneClass.BALL));
        var photo = new Caption("a photo of a red ball.", "red ball", Set.of(SceneClass.BALL));
        var both =
                new Caption(
                        "a pink heart and a red ball",
                        "a pink heart and a red ball",
                        Set.of(SceneClass.HEART, SceneClass.BALL));
        var lesson = new SceneLesson(new float[0], new float[0], List.of(both, ball, photo), "{}");

        assertThat(lesson.targets()).containsExactly(1, 0, 0, 0, 0.5f, 0.5f, 0, 0.5f, 0.5f);
        assertThat(lesson.present(1)).containsExactly(1, 0, 0, 0, 0, 0, 0, 0, 1, 0);
    }

    @Test
    void a_part_shows_all_of_the_thing_that_it_is_about() {
        var scene = new SceneSource(96).training(1, 4);
        var shot = Shot.of(scene);

        assertThat(shot.counts().values().stream().mapToInt(Integer::intValue).sum())
                .isEqualTo(scene.asked().size());
        assertThat(shot.things())
                .allSatisfy(thing -> {
                    assertThat(thing.box().left()).isGreaterThanOrEqualTo(0);
                    assertThat(thing.box().right()).isLessThanOrEqualTo(96);
                });
    }
}
