package dev.millrace.workers.train.chronicle;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.workers.train.chronicle.ChronicleBatch.Size;
import dev.millrace.workers.train.chronicle.ChronicleCurriculum.Plan;
import dev.millrace.workers.train.chronicle.ChronicleCurriculum.Stage;
import dev.millrace.workers.train.chronicle.corpus.Chronicle;
import dev.millrace.workers.train.chronicle.corpus.Row;
import dev.millrace.workers.train.chronicle.corpus.Split;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.stream.LongStream;

class ChronicleBatchTest {
    private static final Chronicle CHRONICLE = new Chronicle();
    private static final int CONTEXT = 50_000;

    private final ChronicleBatch batch =
            ChronicleBatch.texts(CHRONICLE, Split.TRAIN, 1, new Size(8, 300), 5, CONTEXT);

    @Test
    void each_token_is_followed_by_its_target_and_told_ones_count_more() {
        for (var row = 0; row < 8; row++) {
            var text = batch.texts().get(row);
            for (var i = 0; i < 300; i++) {
                var at = row * 300 + i;
                assertThat(batch.ids()[at]).isEqualTo(text.ids()[i]);
                assertThat(batch.targets()[at]).isEqualTo(text.ids()[i + 1]);
                assertThat(batch.weights()[at]).isEqualTo(weight(text, i + 1));
            }
        }
    }

    private static float weight(Row text, int index) {
        if (text.told().get(index)) {
            return 5;
        }
        return text.drawn().get(index) ? 0.2f : 1;
    }

    @Test
    void positions_of_every_other_row_leave_gaps_between_sentences() {
        for (var row = 0; row < 8; row++) {
            var text = batch.texts().get(row);
            var gaps = 0;
            for (var i = 1; i < 300; i++) {
                var step = batch.positions()[row * 300 + i] - batch.positions()[row * 300 + i - 1];
                assertThat(step).isPositive();
                if (step > 1) {
                    gaps++;
                    assertThat(text.boundaries().get(i - 1)).isTrue();
                }
            }
            assertThat(gaps).isBetween(row % 2, row % 2 * 8);
            assertThat(batch.positions()[row * 300 + 299]).isLessThan(CONTEXT);
        }
    }

    @Test
    void without_room_there_are_no_gaps() {
        var plain = ChronicleBatch.texts(CHRONICLE, Split.TRAIN, 1, new Size(2, 64), 5, 64);

        for (var i = 0; i < 128; i++) {
            assertThat(plain.positions()[i]).isEqualTo(i % 64);
        }
    }

    @Test
    void the_curriculum_has_the_same_batch_for_a_step_and_rows_grow_longer() {
        var shape = ChronicleShape.of(CHRONICLE.vocabulary().size(), "rope:64,none", 32, 1e4);
        var plan = new Plan(1000, 1024, ChronicleCurriculum.SHIPPED);
        var curriculum = new ChronicleCurriculum(CHRONICLE, 1, shape, plan);

        assertThat(curriculum.at(60).ids()).isEqualTo(curriculum.at(60).ids());
        assertThat(curriculum.at(60).ids()).isNotEqualTo(curriculum.at(61).ids());
        assertThat(plan.size(0)).isEqualTo(new Size(4, 256));
        assertThat(LongStream.range(0, 1000).mapToInt(step -> plan.size(step).length()).distinct())
                .containsExactly(256, 1024, 4096, 16_384, 32_768);
        assertThat(plan.size(999).rows()).isEqualTo(1);
    }

    @Test
    void the_rate_goes_evenly_from_stage_to_stage_and_to_zero() {
        var plan =
                new Plan(
                        200,
                        64,
                        List.of(
                                Stage.repeating("repeat", 50, 64, 1),
                                Stage.texts("long", 50, 64, 0.5)));

        assertThat(LongStream.of(0, 50, 100, 150, 200).mapToObj(plan::rate))
                .containsExactly(1.0, 0.75, 0.5, 0.25, 0.0);
    }

    @Test
    void the_usual_number_of_steps_is_that_of_the_stages() {
        var stages = ChronicleCurriculum.SHIPPED;

        assertThat(stages.stream().mapToInt(Stage::steps).sum())
                .isEqualTo(ChronicleCurriculum.STEPS);
    }
}
