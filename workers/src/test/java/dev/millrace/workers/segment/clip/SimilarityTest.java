package dev.millrace.workers.segment.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.workers.segment.clip.Similarity.Axis;

import org.junit.jupiter.api.Test;

import java.util.List;

class SimilarityTest {
    private static final float[] CELLS = {0, 1, 2, 3};

    @Test
    void tokens_are_divided_by_their_own_length_or_channels_by_theirs() {
        float[] features = {3, 4, 0, 5};

        assertThat(Similarity.normalized(features, 2, Axis.CHANNELS))
                .containsExactly(0.6f, 0.8f, 0, 1);
        assertThat(Similarity.normalized(features, 2, Axis.TOKENS))
                .containsExactly(1, (float) (4 / Math.sqrt(41)), 0, (float) (5 / Math.sqrt(41)));
        assertThat(Similarity.normalized(new float[4], 2, Axis.TOKENS)).containsOnly(0);
    }

    @Test
    void the_map_of_a_class_that_is_everywhere_alike_is_empty() {
        var similarity = new Similarity(new float[] {9, 4, 4, 4, 4}, 5, 1);

        assertThat(similarity.map(0, 2, 3, 3)).hasSize(9).containsOnly(0);
    }

    @Test
    void a_map_goes_from_0_to_1_and_does_not_know_the_class_token() {
        var similarity = new Similarity(new float[] {99, 2, 4, 6, 8}, 5, 1);

        assertThat(similarity.cells(0)).containsExactly(2, 4, 6, 8);
        assertThat(similarity.map(0, 2, 2, 2)).containsExactly(0, 1 / 3f, 2 / 3f, 1);
    }

    @Test
    void what_the_empty_class_shares_is_taken_away() {
        var similarity =
                Similarity.without(
                        new float[] {1, 0, 0, 1}, new float[][] {{3, 5}}, new float[] {1, 2});

        assertThat(similarity.values()).containsExactly(2, 3);
    }

    @Test
    void among_equal_classes_nothing_is_left() {
        var similarity = Similarity.among(new float[] {1, 2, 3, 4}, new float[][] {{1, 1}, {1, 1}});

        assertThat(similarity.values()).containsOnly(0);
    }

    @Test
    void points_are_where_a_map_is_greatest_and_as_many_where_it_is_least() {
        var points = MapPoints.of(CELLS, 20, 40, 0.6, 1);

        assertThat(points)
                .containsExactly(
                        new MapPoints.Point(10, 15, true),
                        new MapPoints.Point(30, 15, true),
                        new MapPoints.Point(10, 5, false),
                        new MapPoints.Point(30, 5, false));
    }

    @Test
    void a_mean_of_unit_vectors_is_a_unit_vector() {
        assertThat(Ensemble.of(new float[][] {{2, 0}, {0, 5}}))
                .containsExactly((float) Math.sqrt(0.5), (float) Math.sqrt(0.5));
        assertThatThrownBy(() -> Ensemble.of(new float[0][])).hasMessageContaining("must have");
    }

    @Test
    void there_are_85_sentences_about_a_class() {
        assertThat(PromptTemplates.ALL)
                .hasSize(85)
                .doesNotHaveDuplicates()
                .allMatch(template -> template.contains("{}"))
                .startsWith("a bad photo of a {}.")
                .endsWith("this is one {} in the scene.");
        assertThat(PromptTemplates.about("owl", List.of("the {}.", "a {}.")))
                .containsExactly("the owl.", "a owl.");
    }
}
