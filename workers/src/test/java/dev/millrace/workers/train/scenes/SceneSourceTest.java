package dev.millrace.workers.train.scenes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.millrace.workers.segment.mask.Components;
import dev.millrace.workers.segment.mask.Connectivity;
import dev.millrace.workers.segment.mask.Mask;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.function.LongFunction;
import java.util.stream.IntStream;
import java.util.stream.Stream;

class SceneSourceTest {
    private static final int SCENES = 100;
    private static final SceneSource SOURCE = new SceneSource(96);
    private static final List<MiniScene> TEST =
            IntStream.range(0, SCENES).mapToObj(SOURCE::test).toList();

    @Test
    void a_scene_depends_on_its_split_seed_and_index_alone() {
        var scene = SOURCE.training(3, 5);

        assertThat(new SceneSource(96).training(3, 5).levels()).containsExactly(scene.levels());
        for (var other :
                List.of(
                        SOURCE.training(3, 6),
                        SOURCE.training(4, 5),
                        SOURCE.validation(5),
                        SOURCE.test(5),
                        SOURCE.heldOutStyle(5))) {
            assertThat(other.levels()).isNotEqualTo(scene.levels());
        }
    }

    @Test
    void no_scene_of_a_split_is_in_another() {
        Set<List<Byte>> seen = new HashSet<>();
        for (int i = 0; i < SCENES; i++) {
            for (var scene :
                    List.of(
                            SOURCE.training(0, i),
                            SOURCE.validation(i),
                            TEST.get(i),
                            SOURCE.heldOutStyle(i))) {
                assertThat(seen.add(start(scene))).isTrue();
            }
        }
    }

    private static List<Byte> start(MiniScene scene) {
        return IntStream.range(0, 64).mapToObj(i -> scene.levels()[i]).toList();
    }

    @ParameterizedTest
    @ValueSource(ints = {64, 96})
    void objects_and_backgrounds_share_the_picture_without_overlap(int side) {
        for (int i = 0; i < 40; i++) {
            var scene = new SceneSource(side).test(i);
            var all =
                    Stream.concat(
                                    scene.objects().stream().map(SceneObject::visible),
                                    scene.backgrounds().stream())
                            .toList();

            assertThat(all.stream().mapToInt(Mask::area).sum()).isEqualTo(side * side);
            assertThat(all.stream().reduce(Mask.empty(side, side), Mask::or).area())
                    .isEqualTo(side * side);
            assertThat(scene.textures()).hasSameSizeAs(scene.backgrounds());
        }
    }

    @Test
    void scenes_have_chains_of_touching_objects_of_a_class() {
        long alone = TEST.stream().filter(scene -> scene.groups().isEmpty()).count();
        double objects = TEST.stream().mapToInt(scene -> scene.asked().size()).average().orElse(0);

        assertThat(objects).isBetween(4.0, 8.0);
        assertThat((double) alone / SCENES).isLessThan(0.4);
        for (var scene : TEST) {
            assertThat(scene.objects().size()).isBetween(1, 15);
            assertThat(scene.asked().stream().map(SceneObject::kind).distinct().count())
                    .isLessThanOrEqualTo(3);
            for (var group : scene.groups()) {
                assertThat(Components.of(group, Connectivity.EIGHT).all()).hasSize(1);
            }
        }
    }

    @Test
    void every_class_appears_and_has_a_decal_inside() {
        var kinds = EnumSet.noneOf(SceneClass.class);
        for (var scene : TEST) {
            for (var object : scene.objects()) {
                kinds.add(object.kind());
                assertThat(object.part().minus(object.visible()).isEmpty()).isTrue();
                assertThat(object.part().area()).isLessThan(object.visible().area());
                assertThat(object.truth().label()).isEqualTo(object.kind().ordinal());
            }
        }

        assertThat(kinds).hasSize(10);
        assertThat(TEST.stream().mapToInt(scene -> scene.parts().size()).sum())
                .isGreaterThan(SCENES);
    }

    @Test
    void hidden_and_tiny_objects_are_not_asked_for() {
        var some = Mask.of(96, 96, at -> at < 40);
        var few = Mask.of(96, 96, at -> at < 29);

        assertThat(new SceneObject(SceneClass.BALL, some, few, 0.2).truth().isIgnored()).isFalse();
        assertThat(new SceneObject(SceneClass.BALL, some, few, 0.19).truth().isIgnored()).isTrue();
        assertThat(new SceneObject(SceneClass.BALL, few, few, 1).truth().isIgnored()).isTrue();
        assertThat(
                        IntStream.range(0, 2000)
                                .mapToObj(i -> SOURCE.training(9, i))
                                .flatMap(scene -> scene.objects().stream())
                                .anyMatch(SceneObject::isIgnored))
                .isTrue();
    }

    @Test
    void an_object_has_a_darker_rim() {
        int darker = 0;
        int objects = 0;
        for (var scene : TEST) {
            float[] values = scene.values();
            for (var object : scene.asked()) {
                var rim = rim(object.visible());
                objects++;
                darker +=
                        brightness(values, rim) < brightness(values, object.visible().minus(rim))
                                ? 1
                                : 0;
            }
        }

        assertThat((double) darker / objects).isGreaterThan(0.9);
    }

    private static Mask rim(Mask mask) {
        return Mask.of(
                mask.height(),
                mask.width(),
                at ->
                        mask.has(at)
                                && IntStream.of(
                                                at - 1,
                                                at + 1,
                                                at - mask.width(),
                                                at + mask.width())
                                        .anyMatch(near ->
                                                near < 0
                                                        || near >= mask.pixels()
                                                        || !mask.has(near)));
    }

    private static double brightness(float[] values, Mask mask) {
        int pixels = mask.pixels();
        return mask.stream()
                .mapToDouble(at -> values[at] + values[pixels + at] + values[2 * pixels + at])
                .average()
                .orElse(0);
    }

    @Test
    void colour_alone_does_not_tell_classes_apart() {
        assertThat(colours(SceneClass.BALL, SceneClass.HEART)).isTrue();
        assertThat(colours(SceneClass.GEAR, SceneClass.LEAF)).isTrue();
        assertThat(colours(SceneClass.BOX, SceneClass.DIAMOND)).isFalse();
    }

    /** Whether the hues of two classes overlap. */
    private static boolean colours(SceneClass a, SceneClass b) {
        double apart = Math.abs(a.palette().hue() - b.palette().hue());
        return Math.min(apart, 360 - apart) < 20;
    }

    @ParameterizedTest
    @EnumSource
    void a_shape_is_about_the_unit_circle_and_has_no_jumps_at_its_edge(SceneClass kind) {
        var wobble = new SceneClass.Wobble(1, 2);
        int inside = 0;
        for (double y = -1.5; y < 1.5; y += 0.05) {
            for (double x = -1.5; x < 1.5; x += 0.05) {
                double distance = kind.distance(x, y, wobble);
                inside += distance < 0 ? 1 : 0;
                if (Math.hypot(x, y) > 1.15) {
                    assertThat(distance).isPositive();
                }
                double ahead = kind.distance(x + 0.01, y, wobble);
                assertThat(Math.abs(distance) > 0.2 || Math.abs(ahead - distance) < 0.05).isTrue();
            }
        }
        assertThat(inside * 0.05 * 0.05).isBetween(0.9, 3.2);
    }

    @Test
    void held_out_scenes_have_textures_that_no_other_has() {
        var usual = textures(i -> SOURCE.training(1, i));
        var heldOut = textures(SOURCE::heldOutStyle);

        assertThat(usual).containsExactlyInAnyOrder("stripes", "clouds", "slope");
        assertThat(heldOut).containsExactlyInAnyOrder("checks", "dots", "waves");
    }

    private static Set<String> textures(LongFunction<MiniScene> scenes) {
        var textures = new HashSet<String>();
        for (int i = 0; i < 30; i++) {
            textures.addAll(scenes.apply(i).textures());
        }
        return textures;
    }

    @Test
    void a_caption_counts_what_is_asked_for() {
        var random = new SplittableRandom(1);
        var words = Captions.words();

        for (var scene : TEST) {
            var caption = Captions.of(scene, random);

            assertThat(words).containsAll(Arrays.asList(caption.split(" ")));
            assertThat(caption.split(" ").length).isLessThanOrEqualTo(14);
            for (var kind : SceneClass.values()) {
                long count = scene.asked().stream().filter(object -> object.kind() == kind).count();
                var phrase = count == 1 ? kind.label() : kind.labels();
                assertThat(caption.contains(phrase)).as(caption).isEqualTo(count > 0);
            }
        }
        assertThat(words).hasSizeLessThan(128).doesNotHaveDuplicates().isSorted();
        assertThat(SceneClass.names()).contains("red ball", "brown leaf").hasSize(10);
        assertThat(Captions.of(SceneClass.GEAR, "stripes")).isEqualTo("an orange gear on stripes");
    }

    @Test
    void a_crop_shows_its_object_at_the_size_asked_for() {
        var random = new SplittableRandom(2);
        for (var scene : TEST.subList(0, 50)) {
            for (var object : scene.asked()) {
                var crop = SceneCrop.of(scene, object, 48, random);

                assertThat(crop.values()).hasSize(3 * 48 * 48);
                assertThat(crop.caption()).contains(object.kind().label() + " on ");
                for (float value : crop.values()) {
                    assertThat(value).isBetween(0f, 1f);
                }
            }
        }
    }

    @Test
    void sides_that_hold_no_scene_are_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new SceneSource(20))
                .withMessage("the side must be 48..512, was 20");
    }
}
