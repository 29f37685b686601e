package dev.millrace.workers.segment;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.protocol.MaskPrompt;
import dev.millrace.workers.run.EngineSettings;
import dev.millrace.workers.segment.picture.Picture;
import dev.millrace.workers.segment.zip.Proposal;
import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.Torch;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;

/** The networks together, from a folder to masks. */
class ZipFinderTest {
    private static final EngineSettings SETTINGS =
            new EngineSettings(1, true, Duration.ZERO, "cpu");

    /** 108 characters. */
    private static final String LONG =
            "one of those very long names that nobody can give to a thing in a picture,"
                    + " because no request may be so long";

    @TempDir private Path folder;

    @BeforeEach
    void write() {
        Torch.prepareThread();
        GoldenZip.write(folder);
    }

    private ZipFinder open() {
        return SegmentKind.load(SegmentFolder.read(folder), SETTINGS);
    }

    /** Coloured rectangles on noise. */
    private static Picture picture(int width, int height) {
        var rgb = new byte[3 * width * height];
        var random = new SplittableRandom(5);
        for (int i = 0; i < rgb.length; i++) {
            int x = i / 3 % width;
            int y = i / 3 / width;
            boolean isThing = x > width / 4 && x < width / 2 && y > height / 4;
            rgb[i] = (byte) (isThing ? 40 + 80 * (i % 3) : random.nextInt(256));
        }
        return new Picture(width, height, rgb);
    }

    private static List<Proposal> found(Scene scene) {
        var masks = new ArrayList<Proposal>();
        scene.find(GoldenZip.CLASSES, 100, 0).masks().forEachRemaining(masks::add);
        return masks;
    }

    @Test
    void the_same_picture_gives_the_same_masks_of_its_own_size() {
        try (var finder = open();
                var scene = finder.look(picture(60, 44));
                var again = finder.look(picture(60, 44))) {
            var findings = scene.find(GoldenZip.CLASSES, 100, 0);

            assertThat(findings.present()).hasSize(2);
            assertThat(findings.asks()).isPositive();
            var masks = found(scene);
            assertThat(masks).isEqualTo(found(again));
            assertThat(masks)
                    .allMatch(each -> each.mask().width() == 60 && each.mask().height() == 44);
            assertThat(masks)
                    .extracting(Proposal::score)
                    .isSortedAccordingTo((a, b) -> Double.compare(b, a));
            assertThat(scene.bytes()).isGreaterThan(Float.BYTES * 32 * 8 * 8);
        }
    }

    @Test
    void a_look_in_steps_sees_what_one_without_a_break_sees() {
        var box = new MaskPrompt(Optional.of(new MaskPrompt.Box(5, 5, 30, 40)), List.of());
        try (var finder = open();
                var whole = finder.look(picture(60, 44))) {
            var look = finder.begin(picture(60, 44));
            for (var made : List.of("features", "clusters", "CLIP's cells")) {
                assertThat(look.step()).as(made).isEmpty();
                found(whole); // others have their turns in between
            }

            try (var scene = look.step().orElseThrow()) {
                var found = scene.find(GoldenZip.CLASSES, 100, 0);
                var expected = whole.find(GoldenZip.CLASSES, 100, 0);
                assertThat(found.asks()).isPositive().isEqualTo(expected.asks());
                assertThat(found.present()).isNotEmpty().isEqualTo(expected.present());
                assertThat(scene.draw(List.of(box))).isEqualTo(whole.draw(List.of(box)));
                assertThat(scene.bytes()).isEqualTo(whole.bytes());
            }
        }
    }

    @Test
    void classes_become_known_one_by_one() {
        try (var finder = open();
                var scene = finder.look(picture(60, 44))) {
            assertThat(scene.learn(List.of("a red ball", "a leaf"))).isTrue();
            assertThat(scene.learn(List.of("a red ball"))).isFalse();
            assertThat(scene.learn(List.of("a red ball", "a leaf"))).isTrue();
            assertThat(scene.learn(List.of("a red ball", "a leaf"))).isFalse();
        }
    }

    @Test
    void boundaries_are_found_in_colours_too_and_then_no_trunk_is_needed() throws IOException {
        var manifest = folder.resolve("millrace.json");
        Files.writeString(
                manifest,
                Files.readString(manifest)
                        .replace(
                                "\"trunk\", \"trunk_side\": 128",
                                "\"colours\", \"colour_side\": 40"));
        Files.delete(folder.resolve("trunk/model.safetensors"));
        Files.delete(folder.resolve("trunk/config.json"));
        Files.delete(folder.resolve("trunk"));
        try (var finder = open();
                var scene = finder.look(picture(60, 44))) {
            var features = finder.features(picture(60, 44));

            assertThat(features.channels()).isEqualTo(4);
            assertThat(features.height()).isEqualTo(40);
            assertThat(features.width()).isEqualTo(55);
            assertThat(scene.find(GoldenZip.CLASSES, 100, 0).asks()).isPositive();
        }
    }

    @Test
    void nothing_that_is_absent_is_looked_for() throws IOException {
        var manifest = folder.resolve("millrace.json");
        Files.writeString(
                manifest,
                Files.readString(manifest)
                        .replace("\"least\": 0", "\"least\": 0.5, \"middle\": 5"));
        try (var finder = open();
                var scene = finder.look(picture(60, 44))) {
            var findings = scene.find(GoldenZip.CLASSES, 100, 0);

            assertThat(findings.present()).isEmpty();
            assertThat(findings.masks().hasNext()).isFalse();
        }
    }

    @Test
    void each_prompt_is_answered_by_one_mask() {
        var box = new MaskPrompt(Optional.of(new MaskPrompt.Box(5, 5, 30, 40)), List.of());
        var point = new MaskPrompt(Optional.empty(), List.of(new MaskPrompt.Point(20, 20, true)));
        var both =
                new MaskPrompt(
                        Optional.of(new MaskPrompt.Box(5, 5, 30, 40)),
                        List.of(new MaskPrompt.Point(2, 2, false)));
        try (var finder = open();
                var scene = finder.look(picture(60, 44))) {
            var masks = scene.draw(List.of(box, point, both));

            assertThat(masks).extracting(Proposal::label).containsExactly(0, 1, 2);
            assertThat(scene.draw(List.of(both)).getFirst().mask()).isEqualTo(masks.get(2).mask());
            assertThat(scene.draw(List.of())).isEmpty();
        }
    }

    @ParameterizedTest
    @CsvSource({"1, 1", "1, 300", "300, 1", "7, 290", "96, 96"})
    void pictures_of_any_shape_are_looked_at(int width, int height) {
        try (var finder = open();
                var scene = finder.look(picture(width, height))) {
            assertThat(scene.width()).isEqualTo(width);
            assertThat(found(scene)).allMatch(each -> each.mask().pixels() == width * height);
        }
    }

    @Test
    void a_picture_of_one_colour_holds_nothing_that_breaks() {
        try (var finder = open();
                var scene = finder.look(new Picture(40, 40, new byte[3 * 1600]))) {
            assertThat(found(scene)).allMatch(each -> each.score() >= 0);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"max_pixels\": 100000 | \"max_pixels\": -1 | max_pixels must be a positive",
                "\"clusters\": [4, 6] | \"clusters\": [0] | recipe.clusters must be a list of",
                "\"clip_side\": 32 | \"clip_size\": 32 | recipe.clip_size is not known",
                "\"presence\": {\"least\": 0} | \"preset\": \"fast\" | recipe.preset must be best",
                "[\"ball\", \"leaf\"] | [\"ball\", \"ball\"] | classes must be at most 100 names",
                "[\"ball\", \"leaf\"] | [\"ball\", \"" + LONG + "\"] | names of 1..100 characters",
                "\"surgery_depth\": 2 | \"surgery_depth\": 9 | surgery depth must be 1..3, was 9",
            })
    void a_manifest_that_cannot_be_is_refused_by_key_and_value(
            String right, String wrong, String expected) throws IOException {
        var manifest = folder.resolve("millrace.json");
        var text = Files.readString(manifest);
        assertThat(text).contains(right);
        Files.writeString(manifest, text.replace(right, wrong));

        assertThatThrownBy(this::open).hasMessageContaining(expected);
    }

    /** Also where the folder names no classes, by which it would be seen. */
    @Test
    void a_tokenizer_that_does_not_fit_its_network_ends_the_start() throws IOException {
        var manifest = folder.resolve("millrace.json");
        Files.writeString(
                manifest, Files.readString(manifest).replace("[\"ball\", \"leaf\"]", "[]"));
        var tokenizer = folder.resolve("clip/tokenizer.json");
        Files.writeString(
                tokenizer,
                Files.readString(tokenizer)
                        .replace("\"ids\": [511]", "\"ids\": [9]")
                        .replace("\"</s>\": 511", "\"</s>\": 9"));

        assertThatThrownBy(this::open).hasMessageContaining("must have the end token 511");
    }

    @Test
    void a_network_that_is_missing_is_named() throws IOException {
        Files.delete(folder.resolve("trunk/model.safetensors"));

        assertThatThrownBy(this::open)
                .isInstanceOf(BadModelException.class)
                .hasMessageContaining("trunk");
    }
}
