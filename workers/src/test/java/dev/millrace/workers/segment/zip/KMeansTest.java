package dev.millrace.workers.segment.zip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

import java.util.SplittableRandom;
import java.util.stream.IntStream;

class KMeansTest {
    @Test
    void cells_go_where_the_plain_algorithm_sends_them() {
        var random = new SplittableRandom(4);
        for (int i = 0; i < 60; i++) {
            int height = 1 + random.nextInt(25);
            int width = 1 + random.nextInt(25);
            var features = Scene.features(random, 1 + random.nextInt(9), height, width);
            int clusters = 1 + random.nextInt(9);

            var fast = new KMeans(clusters).cluster(features);
            var plain = PlainKMeans.finished(features, clusters);

            assertThat(fast.labels()).containsExactly(plain.labels());
            assertThat(fast.clusters()).isEqualTo(plain.centroids().length);
            for (int cluster = 0; cluster < fast.clusters(); cluster++) {
                for (int channel = 0; channel < features.channels(); channel++) {
                    assertThat((double) fast.centroids()[cluster][channel])
                            .isCloseTo(plain.centroids()[cluster][channel], within(1e-4));
                }
            }
        }
    }

    @Test
    void it_starts_at_cells_evenly_spaced_and_takes_none_twice() {
        assertThat(KMeans.starts(constant(4, 5), 4)).containsExactly(0, 6, 13, 19);
        assertThat(KMeans.starts(constant(1, 3), 20)).containsExactly(0, 1, 2);
        assertThat(KMeans.starts(constant(2, 3), 1)).containsExactly(0);
        assertThat(KMeans.starts(constant(1, 1), 5)).containsExactly(0);
    }

    private static Features constant(int height, int width) {
        return new Features(2, height, width, new float[2 * height * width]);
    }

    @Test
    void equal_cells_are_one_cluster_and_the_other_centroids_stay() {
        var clustering = new KMeans(5).cluster(constant(7, 7));

        assertThat(clustering.labels()).containsOnly(0);
        assertThat(clustering.clusters()).isEqualTo(5);
        assertThat(clustering.iterations()).isLessThanOrEqualTo(3);
    }

    @Test
    void a_centroid_without_cells_keeps_its_place() {
        var features = new Features(1, 1, 6, new float[] {0, 0, 10, 10, 0, 0});

        var clustering = new KMeans(3).cluster(features); // starts at 0, 10 and 0

        assertThat(clustering.labels()).containsExactly(0, 0, 1, 1, 0, 0);
        assertThat(clustering.centroids()).isDeepEqualTo(new float[][] {{0}, {10}, {0}});
    }

    @Test
    void the_same_features_give_the_same_clusters() {
        var features = Scene.features(new SplittableRandom(8), 16, 40, 40);

        var once = new KMeans(12).cluster(features);
        var again = new KMeans(12).cluster(features);

        assertThat(once.labels()).containsExactly(again.labels());
        assertThat(IntStream.of(once.labels()).distinct().count()).isGreaterThan(2);
    }

    @Test
    void what_cannot_be_clustered_is_refused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new KMeans(0))
                .withMessageContaining("were 0");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Features(2, 3, 4, new float[23]))
                .withMessage("features [2, 3, 4] need 24 values, were 23");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Features(0, 3, 4, new float[0]))
                .withMessageContaining("a channel and a cell");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new Clustering(1, 2, new int[] {0, 2}, new float[2][1], 1))
                .withMessageContaining("labels from 0 to 1");
    }
}
