package dev.millrace.workers.train.scenes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.workers.segment.zip.Features;
import dev.millrace.workers.segment.zip.Splitting;
import dev.millrace.workers.segment.zip.ZipSettings;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.IntStream;

class ZipControlTest {
    private static final List<MiniScene> SCENES =
            IntStream.range(0, 12).mapToObj(new SceneSource(64)::validation).toList();
    private static final ZipControl CONTROL =
            new ZipControl(ZipSettings.BEST.withClusters(6).withSplitting(Splitting.NONE), 1);

    @Test
    void features_that_know_the_objects_find_more_than_activation_alone() {
        var oracle = CONTROL.clustered(SCENES, ZipControlTest::oracle);
        var active = CONTROL.active(SCENES);

        assertThat(oracle.wanted()).isEqualTo(active.wanted());
        assertThat(oracle.f1()).isGreaterThan(0.9).isGreaterThan(active.f1() + 0.2);
        assertThat(active.precision()).isBetween(0.0, 1.0);
        assertThat(active.recall()).isLessThan(oracle.recall());
    }

    /** Inside or not; the rim of every object is outside. */
    private static Features oracle(MiniScene scene) {
        int side = scene.side();
        var values = new float[side * side];
        for (var object : scene.objects()) {
            var visible = object.visible();
            visible.stream()
                    .filter(at ->
                            IntStream.of(at - 1, at + 1, at - side, at + side)
                                    .allMatch(near ->
                                            near >= 0 && near < side * side && visible.has(near)))
                    .forEach(at -> values[at] = 1);
        }
        return new Features(1, side, side, values);
    }

    @Test
    void features_that_say_nothing_find_what_activation_alone_does() {
        var nothing =
                CONTROL.clustered(SCENES, scene -> new Features(1, 64, 64, new float[64 * 64]));

        assertThat(nothing.recall()).isLessThanOrEqualTo(CONTROL.active(SCENES).recall());
    }

    @Test
    void untrained_features_have_the_grid_they_are_asked_for() {
        var scene = SCENES.getFirst();

        assertThat(ControlFeatures.colours(scene).channels()).isEqualTo(4);
        var random = ControlFeatures.random(scene, 8, 1, 3);
        assertThat(List.of(random.channels(), random.height(), random.width()))
                .containsExactly(8, 32, 32);
        assertThat(ControlFeatures.random(scene, 8, 1, 3).values())
                .containsExactly(random.values());
        assertThat(CONTROL.clustered(SCENES, each -> ControlFeatures.random(each, 8, 1, 3)).given())
                .isPositive();
    }

    @Test
    void where_a_class_is_may_be_known_by_patches_only() {
        var coarse = new ZipControl(CONTROL.settings(), 8);

        assertThat(coarse.active(SCENES).f1()).isLessThanOrEqualTo(CONTROL.active(SCENES).f1());
        assertThat(coarse.active(SCENES).wanted()).isEqualTo(CONTROL.active(SCENES).wanted());
    }
}
