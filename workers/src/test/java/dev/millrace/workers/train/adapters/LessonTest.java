package dev.millrace.workers.train.adapters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.workers.text.kv.chunk.ChunkSettings;
import dev.millrace.workers.text.kv.chunk.ChunkSettings.Keys;
import dev.millrace.workers.text.kv.chunk.ChunkSettings.Triggers;
import dev.millrace.workers.text.kv.chunk.ChunkSettings.Vote;

import org.junit.jupiter.api.Test;

import java.util.Arrays;
import java.util.SplittableRandom;

class LessonTest {
    private static final ChunkSettings SETTINGS =
            new ChunkSettings(0.5, 2, 4, 1, 4, 1, Keys.MEAN, Vote.WEIGHTED, Triggers.NONE, 0);

    private final Lesson lesson =
            Lesson.of(
                    new LabelledText(
                            new int[12],
                            ends(
                                    false, true, false, false, true, false, false, false, false,
                                    true, false, true)),
                    SETTINGS,
                    Teaching.WHOLE,
                    new SplittableRandom(1));

    private static boolean[] ends(boolean... ends) {
        return ends;
    }

    @Test
    void chunks_end_with_sentences_within_their_bounds() {
        assertThat(lesson.ends()).containsExactly(2, 5, 9, 12);
    }

    @Test
    void no_row_may_select_a_chunk_that_has_not_ended_nor_the_first_nor_a_local_one() {
        float[] forbidden = lesson.forbidden(1, SETTINGS.local());

        for (int row = 0; row < lesson.rows().length; row++) {
            for (int chunk = 0; chunk < lesson.chunks(); chunk++) {
                boolean isChoice = forbidden[row * lesson.chunks() + chunk] == 0;
                boolean isWhole = lesson.ends()[chunk] <= lesson.rows()[row] + 1;
                boolean isNewest =
                        isWhole
                                && (chunk + 1 == lesson.chunks()
                                        || lesson.ends()[chunk + 1] > lesson.rows()[row] + 1);
                assertThat(isChoice).isEqualTo(isWhole && chunk > 0 && !isNewest);
            }
        }
    }

    @Test
    void a_residual_teachers_rows_sum_to_one_or_teach_nothing() {
        float[] forbidden = lesson.forbidden(1, 0);
        int rows = lesson.rows().length;
        float[] shares = new float[2 * rows * lesson.chunks()]; // of two scorers
        Arrays.fill(shares, 0.1f);

        float[] weights = lesson.residual(shares, forbidden);

        assertThat(weights).hasSize(2 * rows);
        for (int row = 0; row < weights.length; row++) {
            float sum = 0;
            for (int chunk = 0; chunk < lesson.chunks(); chunk++) {
                sum += shares[row * lesson.chunks() + chunk];
            }
            boolean hasChoice = lesson.rows()[row % rows] + 1 >= lesson.ends()[2];
            assertThat(sum).isEqualTo(hasChoice ? 1 : 0);
            assertThat(weights[row] > 0).isEqualTo(hasChoice);
        }
    }

    @Test
    void a_chunk_that_is_stood_for_by_one_key_scores_higher_the_more_tokens_it_has() {
        assertThat(lesson.bias(Keys.MEAN_AND_ENDS))
                .containsExactly(
                        (float) Math.log(2),
                        (float) Math.log(3),
                        (float) Math.log(4),
                        (float) Math.log(3));
        assertThat(lesson.bias(Keys.LAST)).containsOnly(0);
    }

    @Test
    void tokens_and_keys_know_their_chunk() {
        float[] parts = lesson.keyParts(Keys.MEAN);
        float[] last = lesson.keyParts(Keys.LAST);
        float[] three = lesson.keyParts(Keys.MEAN_AND_ENDS);

        assertThat(lesson.chunkOf()).containsExactly(0, 0, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3);
        assertThat(parts[12 + 3]).isEqualTo(1f / 3);
        assertThat(last[12 + 3]).isZero();
        assertThat(last[12 + 4]).isEqualTo(1);
        int part = 4 * 12; // chunks, tokens
        assertThat(Arrays.copyOf(three, part)).containsExactly(parts);
        assertThat(three[part + 12 + 2]).isEqualTo(1);
        assertThat(three[part + 12 + 4]).isZero();
        assertThat(Arrays.copyOfRange(three, 2 * part, 3 * part)).containsExactly(last);
    }
}
