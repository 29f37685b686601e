package dev.millrace.workers.segment.sam;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.workers.Goldens;
import dev.millrace.workers.segment.Expected;
import dev.millrace.workers.segment.sam.Masks.Place;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** The automatic mode's filters against the official ones, with masks that are given. */
class AutomaticMasksGoldenTest {
    private static final String INPUTS = "inputs.safetensors";

    static List<Path> cases() {
        return Goldens.filesEnding("_" + INPUTS, "amg");
    }

    @ParameterizedTest
    @MethodSource("cases")
    void filters_keep_the_references_masks_in_its_order(Path file) {
        var prefix = file.getFileName().toString().replace(INPUTS, "");
        var manifest = prefix.substring(0, prefix.length() - 1) + ".json";
        try (var expected = new Expected(file.resolveSibling(""), prefix, manifest)) {
            var facts = expected.manifest();
            var settings =
                    new AutomaticSettings(
                            facts.path("points_per_side").asInt(),
                            facts.path("points_per_batch").asInt(),
                            facts.path("pred_iou_thresh").asDouble(),
                            facts.path("stability_score_thresh").asDouble(),
                            facts.path("stability_score_offset").asDouble(),
                            facts.path("box_nms_thresh").asDouble());
            var given = new Given(expected);

            var found = new AutomaticMasks(settings).in(given);

            assertCandidates(expected, given, settings);
            assertThat(found).hasSize(facts.path("n_kept").asInt());
            SamGoldenAutomatic.assertKept(expected, "kept_", "iou", "stability", found);
            expected.assertAllCompared();
        }
    }

    private static void assertCandidates(
            Expected expected, Given given, AutomaticSettings settings) {
        var logits = given.allLogits;
        var stabilities = new float[logits.length];
        var boxes = new long[4 * logits.length];
        int good = 0;
        int stable = 0;
        for (int i = 0; i < logits.length; i++) {
            var mask = DrawnMask.of(given.width, given.height, logits[i], settings.offset());
            stabilities[i] = mask.stability();
            SamGoldenAutomatic.put(boxes, i, mask.box());
            boolean isGood = given.qualities[i] > (float) settings.minQuality();
            good += isGood ? 1 : 0;
            stable += isGood && mask.stability() >= (float) settings.minStability() ? 1 : 0;
        }
        expected.assertClose("all_stability", stabilities, 1e-6, 0);
        expected.assertEqual("all_boxes", boxes);
        assertThat(good).isEqualTo(expected.manifest().path("n_after_iou").asInt());
        assertThat(stable).isEqualTo(expected.manifest().path("n_after_stability").asInt());
    }

    /** Draws what a case says, by the number of the grid's point that is asked about. */
    private static final class Given implements MaskDecoder {
        private final float[] places;
        private final float[] qualities;
        private final float[][] allLogits;
        private final int perPoint;
        private final int height;
        private final int width;

        Given(Expected expected) {
            var shape = expected.inputs().entry("mask_logits").shape();
            this.perPoint = Math.toIntExact(shape.get(1));
            this.height = Math.toIntExact(shape.get(2));
            this.width = Math.toIntExact(shape.get(3));
            this.places = expected.inputs().floats("grid_points");
            this.qualities = expected.inputs().floats("iou_preds");
            this.allLogits = new float[qualities.length][];
            float[] flat = expected.inputs().floats("mask_logits");
            int pixels = width * height;
            for (int i = 0; i < allLogits.length; i++) {
                allLogits[i] = Arrays.copyOfRange(flat, i * pixels, (i + 1) * pixels);
            }
        }

        @Override
        public int width() {
            return width;
        }

        @Override
        public int height() {
            return height;
        }

        private int number(Prompt prompt) {
            var point = prompt.points().getFirst();
            for (int i = 0; i < places.length / 2; i++) {
                if (Math.abs(point.x() - places[2 * i]) < 1e-3
                        && Math.abs(point.y() - places[2 * i + 1]) < 1e-3) {
                    return i;
                }
            }
            throw new AssertionError("no point of the grid at " + point);
        }

        @Override
        public Masks decode(List<Prompt> prompts) {
            var numbers = prompts.stream().map(this::number).toList();
            return new Masks() {
                @Override
                public int prompts() {
                    return numbers.size();
                }

                @Override
                public int perPrompt() {
                    return perPoint + 1;
                }

                private int index(Place place) {
                    return numbers.get(place.prompt()) * perPoint + place.mask() - 1;
                }

                @Override
                public float quality(Place place) {
                    return qualities[index(place)];
                }

                @Override
                public float[] small(Place place) {
                    throw new AssertionError("nothing is refined here");
                }

                @Override
                public List<float[]> logits(List<Place> places) {
                    return places.stream().map(place -> allLogits[index(place)]).toList();
                }
            };
        }
    }
}
