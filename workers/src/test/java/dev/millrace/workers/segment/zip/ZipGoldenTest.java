package dev.millrace.workers.segment.zip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.workers.Goldens;
import dev.millrace.workers.segment.mask.Box;
import dev.millrace.workers.segment.mask.Components;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * Boundary discovery against the released code of the paper, tensor by tensor.
 *
 * <p>The map is f32 after a min-max and may be off by 2e-4. Clusters by sums in another order may
 * differ in a cell of a thousand that lies between two. From the released code's own clusters and
 * activation all whole numbers are exact.
 */
class ZipGoldenTest {
    private static final double SAME = 0.999;

    private static final Map<String, Consumer<ZipCase>> CHECKS =
            Map.ofEntries(
                    Map.entry("similarity_map_hw", ZipGoldenTest::map),
                    Map.entry("activation_threshold", ZipGoldenTest::cut),
                    Map.entry("activation_on_cluster_grid", ZipGoldenTest::active),
                    Map.entry("kmeans.labels_first_assignment", ZipGoldenTest::firstLabels),
                    Map.entry("kmeans.margin_first_assignment", ZipGoldenTest::firstMargins),
                    Map.entry("kmeans.final_labels_1based", ZipGoldenTest::finalLabels),
                    Map.entry("kmeans.final_centroids", ZipGoldenTest::finalCentroids),
                    Map.entry("fragments", ZipGoldenTest::fragments),
                    Map.entry("kept_union", ZipGoldenTest::union),
                    Map.entry("union_resized_to_image", ZipGoldenTest::unionOnImage),
                    Map.entry("component_labels", ZipGoldenTest::componentLabels),
                    Map.entry("components", ZipGoldenTest::components),
                    Map.entry("boxes_xyxy_image", ZipGoldenTest::boxes));

    static List<Path> cases() {
        return Goldens.scenesWith("feature_chw");
    }

    static Stream<Arguments> casesAndTensors() {
        return cases().stream().flatMap(path -> tensors(path).map(key -> Arguments.of(path, key)));
    }

    private static Stream<String> tensors(Path path) {
        try (var golden = new ZipCase(path)) {
            return List.copyOf(golden.expected.names()).stream();
        }
    }

    @ParameterizedTest
    @MethodSource("casesAndTensors")
    void every_tensor_of_the_released_code_is_ours(Path path, String key) {
        try (var golden = new ZipCase(path)) {
            var check = CHECKS.get(key);
            assertThat(check).as("a comparison for " + key).isNotNull();
            Objects.requireNonNull(check).accept(golden);
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void no_tensor_is_missing_and_clustering_starts_where_the_released_code_does(Path path) {
        try (var golden = new ZipCase(path)) {
            assertThat(golden.expected.names())
                    .containsExactlyInAnyOrderElementsOf(CHECKS.keySet());
            int[] starts = KMeans.starts(golden.features(), golden.integer("k"));
            assertThat(IntStream.of(starts).asLongStream().toArray())
                    .containsExactly(golden.inputs.longs("init_indices"));
            float[] rows = golden.inputs.floats("init_centroids");
            int channels = golden.features().channels();
            for (int i = 0; i < starts.length * channels; i++) {
                assertThat(KMeans.row(golden.features(), starts[i / channels])[i % channels])
                        .isEqualTo(rows[i]);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void counts_and_inertia_are_the_released_codes(Path path) {
        try (var golden = new ZipCase(path)) {
            var found = golden.discovery();
            var rule = golden.settings().rule();

            assertThat(found.fragments()).hasSize(golden.integer("n_fragments"));
            assertThat(found.fragments().stream().filter(each -> rule.weight(each) > 0))
                    .hasSize(golden.integer("n_kept"));
            assertThat(pieces(golden).all()).hasSize(golden.integer("n_components"));
            assertThat(found.regions()).hasSize(golden.integer("n_boxes"));
            var plain = PlainKMeans.finished(golden.features(), golden.integer("k"));
            double inertia = golden.number("inertia");
            assertThat(plain.inertia()).isCloseTo(inertia, within(1e-4 * inertia));
        }
    }

    private static void map(ZipCase golden) {
        golden.assertClose("similarity_map_hw", golden.map().values(), 2e-4);
    }

    private static void cut(ZipCase golden) {
        var cut = golden.settings().cut();

        golden.assertClose(
                "activation_threshold", new float[] {cut.of(golden.map().values())}, 2e-4);
        golden.assertClose(
                "activation_threshold", new float[] {cut.of(golden.expectedMap().values())}, 1e-6);
    }

    private static void active(ZipCase golden) {
        var expected = golden.expectedActive();
        float stored = golden.floats("activation_threshold")[0];
        float own = golden.settings().cut().of(golden.map().values());

        assertThat(golden.expectedMap().above(stored, golden.height(), golden.width()))
                .isEqualTo(expected);
        var ours = golden.map().above(own, golden.height(), golden.width());
        assertThat(ours.minus(expected).area() + expected.minus(ours).area())
                .isLessThanOrEqualTo((int) ((1 - SAME) * expected.pixels()));
    }

    private static void firstLabels(ZipCase golden) {
        int[] expected = golden.integers("kmeans.labels_first_assignment");
        float[] margins = golden.floats("kmeans.margin_first_assignment");
        var plain = PlainKMeans.begun(golden.features(), golden.integer("k"));

        plain.assign();

        var sure = IntStream.range(0, expected.length).filter(i -> margins[i] > 1e-3).toArray();
        assertThat(sure.length).isGreaterThan(expected.length / 2);
        assertThat(IntStream.of(sure).map(i -> plain.labels()[i]).toArray())
                .containsExactly(IntStream.of(sure).map(i -> expected[i]).toArray());
    }

    private static void firstMargins(ZipCase golden) {
        float[] expected = golden.floats("kmeans.margin_first_assignment");
        var plain = PlainKMeans.begun(golden.features(), golden.integer("k"));
        var margins = new float[expected.length];
        for (int cell = 0; cell < margins.length; cell++) {
            margins[cell] = (float) plain.margin(cell);
        }

        golden.assertClose("kmeans.margin_first_assignment", margins, 1e-4);
    }

    private static void finalLabels(ZipCase golden) {
        int[] expected = golden.expectedClustering().labels();
        int k = golden.integer("k");

        assertSame(expected, PlainKMeans.finished(golden.features(), k).labels());
        assertSame(expected, new KMeans(k).cluster(golden.features()).labels());
    }

    private static void assertSame(int[] expected, int[] actual) {
        assertThat(actual).hasSameSizeAs(expected);
        long same = IntStream.range(0, actual.length).filter(i -> actual[i] == expected[i]).count();
        assertThat((double) same / actual.length).isGreaterThanOrEqualTo(SAME);
    }

    private static void finalCentroids(ZipCase golden) {
        int k = golden.integer("k");
        var plain = PlainKMeans.finished(golden.features(), k).centroids();
        var fast = new KMeans(k).cluster(golden.features()).centroids();
        int channels = golden.features().channels();
        var flat = new float[2][k * channels];
        for (int i = 0; i < k * channels; i++) {
            flat[0][i] = (float) plain[i / channels][i % channels];
            flat[1][i] = fast[i / channels][i % channels];
        }

        golden.assertClose("kmeans.final_centroids", flat[0], 1e-3);
        golden.assertClose("kmeans.final_centroids", flat[1], 1e-3);
    }

    private static void fragments(ZipCase golden) {
        float[] rows = golden.floats("fragments");
        var rule = golden.settings().rule();
        var fragments = golden.discovery().fragments();

        assertThat(rows).hasSize(9 * fragments.size());
        for (int i = 0; i < fragments.size(); i++) {
            var fragment = fragments.get(i);
            assertThat(fragment.cluster() + 1).isEqualTo((int) rows[9 * i]);
            assertPlace(fragment.area(), fragment.box(), rows, 9 * i + 1);
            assertThat(fragment.gain()).isCloseTo(rows[9 * i + 6], within(1e-5));
            assertThat(fragment.loss()).isCloseTo(rows[9 * i + 7], within(1e-5));
            assertThat(rule.weight(fragment)).isEqualTo(rows[9 * i + 8]);
        }
    }

    /** Area, first row and column, and the ones after the last. */
    private static void assertPlace(int area, Box box, float[] values, int at) {
        assertThat(new float[] {values[at], values[at + 1], values[at + 2]})
                .containsExactly(area, (float) box.top(), (float) box.left());
        assertThat(new float[] {values[at + 3], values[at + 4]})
                .containsExactly((float) box.bottom(), (float) box.right());
    }

    private static void union(ZipCase golden) {
        assertThat(golden.discovery().union())
                .isEqualTo(golden.mask("kept_union", golden.height(), golden.width()));
    }

    private static void unionOnImage(ZipCase golden) {
        int height = golden.imageHeight();
        int width = golden.imageWidth();

        assertThat(golden.discovery().union().resized(height, width))
                .isEqualTo(golden.mask("union_resized_to_image", height, width));
    }

    private static Components pieces(ZipCase golden) {
        return Components.of(golden.discovery().union(), golden.settings().connectivity());
    }

    private static void componentLabels(ZipCase golden) {
        var pieces = pieces(golden);
        int[] labels =
                IntStream.range(0, golden.height() * golden.width())
                        .map(cell -> pieces.label(cell) + 1)
                        .toArray();

        assertThat(labels).containsExactly(golden.integers("component_labels"));
    }

    private static void components(ZipCase golden) {
        float[] rows = golden.floats("components");
        var pieces = pieces(golden).all();

        assertThat(rows).hasSize(6 * pieces.size());
        for (var piece : pieces) {
            int at = 6 * piece.label();
            assertThat(piece.label() + 1).isEqualTo((int) rows[at]);
            assertPlace(piece.area(), piece.box(), rows, at + 1);
        }
    }

    /** The released code's helper takes the one axis's scale for the other. */
    private static void boxes(ZipCase golden) {
        double across = (double) golden.imageWidth() / golden.width();
        double down = (double) golden.imageHeight() / golden.height();
        var regions = golden.discovery().regions();
        var boxes = new float[4 * regions.size()];
        for (int i = 0; i < regions.size(); i++) {
            var box = regions.get(i).box(golden.imageHeight(), golden.imageWidth());
            var swapped = box.scaled(down / across, across / down);
            boxes[4 * i] = (float) swapped.left();
            boxes[4 * i + 1] = (float) swapped.top();
            boxes[4 * i + 2] = (float) swapped.right();
            boxes[4 * i + 3] = (float) swapped.bottom();
        }

        golden.assertClose("boxes_xyxy_image", boxes, 1e-3);
    }
}
