package dev.millrace.workers.text;

import static dev.millrace.workers.text.Fixture.CONTEXT;
import static dev.millrace.workers.text.Fixture.job;
import static dev.millrace.workers.text.Fixture.outcome;
import static dev.millrace.workers.text.SelectingModel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.Attention;
import dev.millrace.protocol.Body;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.FinishReason;
import dev.millrace.protocol.TextParameters;
import dev.millrace.protocol.Usage;
import dev.millrace.workers.run.History;
import dev.millrace.workers.run.Measure;
import dev.millrace.workers.run.Outcome;
import dev.millrace.workers.run.Work;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Jobs whose tokens look at selected chunks. */
class SelectingEngineTest {
    private static final long PLENTY = 1L << 30;
    private static final long KV_BYTES_PER_TOKEN = 2L * 3 * 2 * 16 * Float.BYTES;

    /** Longer than a block of prefill. */
    private static final String PROMPT = "The quick brown fox. It ran! ".repeat(6);

    @TempDir private Path folder;

    private static TextParameters asking(Attention attention, int maxTokens, String... stops) {
        return new TextParameters(
                maxTokens, 1, 1, 0, 11, List.of(stops), TextParameters.NO_LOGPROBS, attention);
    }

    private static Usage usage(Work work) throws InterruptedException {
        return ((Body.Completed) ((Outcome.Answered) outcome(work)).last()).usage();
    }

    @Test
    void an_answer_says_what_it_looked_at_and_where_chunks_ended() throws Exception {
        try (var engine = engine(SelectingModel.in(folder, SelectingModel.FEW), PLENTY)) {
            var heard = new Listener();
            var work = engine.start(job(PROMPT, asking(Attention.AUTO, 60)), History.NONE, heard);

            var usage = usage(work);
            assertThat(usage.attendedFraction()).isBetween(0.01, 0.6);
            assertThat(usage.selections()).isBetween(12L, 60L);
            assertThat(usage.kvBytes())
                    .isGreaterThan(KV_BYTES_PER_TOKEN * (usage.promptTokens() + 60));
            var boundaries = heard.deltas().stream().filter(Body.Delta::boundary).count();
            assertThat(boundaries).isBetween(60L / 9 - 1, 60L / 2);
        }
    }

    @Test
    void a_job_that_asks_for_softmax_looks_at_everything_and_says_something_else()
            throws Exception {
        try (var engine = engine(SelectingModel.in(folder, SelectingModel.FEW), PLENTY)) {
            var dense = new Listener();
            var selecting = new Listener();
            var work =
                    engine.start(job(PROMPT, asking(Attention.SOFTMAX, 60)), History.NONE, dense);
            outcome(
                    engine.start(
                            job(PROMPT, asking(Attention.CHUNK, 60)), History.NONE, selecting));

            var usage = usage(work);
            assertThat(usage.attendedFraction()).isEqualTo(1);
            assertThat(usage.selections()).isZero();
            assertThat(usage.kvBytes()).isEqualTo(KV_BYTES_PER_TOKEN * (usage.promptTokens() + 60));
            assertThat(dense.deltas()).noneMatch(Body.Delta::boundary);
            assertThat(selecting.tokens()).isNotEqualTo(dense.tokens());
        }
    }

    /** What another worker does with any first part of a stream, also one cut before its end. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 17, 39, 40})
    void whoever_continues_says_the_rest_the_boundaries_and_the_same_usage(int cut)
            throws Exception {
        var model = SelectingModel.in(folder, SelectingModel.FEW);
        var job = job(PROMPT, asking(Attention.AUTO, 40, "\u0000never"));
        try (var first = engine(model, PLENTY);
                var second = engine(model, PLENTY)) {
            var whole = new Listener();
            var end = outcome(first.start(job, History.NONE, whole));
            var neighbour = job("something else", asking(Attention.SOFTMAX, 60));
            second.start(neighbour, History.NONE, new Listener());
            var rest = new Listener();
            var sameEnd =
                    outcome(second.start(job, new History(whole.said().subList(0, cut)), rest));

            assertThat(rest.said()).isEqualTo(whole.said().subList(cut, whole.said().size()));
            assertThat(sameEnd).isEqualTo(end);
        }
    }

    @Test
    void more_chunks_to_select_than_there_are_is_everything() throws Exception {
        var everything = SelectingModel.FEW.replace("\"most\": 2", "\"most\": 1000000");
        try (var engine = engine(SelectingModel.in(folder, everything), PLENTY)) {
            var dense = new Listener();
            var selecting = new Listener();
            outcome(engine.start(job(PROMPT, asking(Attention.SOFTMAX, 40)), History.NONE, dense));
            var work =
                    engine.start(job(PROMPT, asking(Attention.CHUNK, 40)), History.NONE, selecting);

            assertThat(usage(work).attendedFraction()).isEqualTo(1);
            assertThat(selecting.tokens()).isEqualTo(dense.tokens());
        }
    }

    @Test
    void a_context_that_fills_up_ends_the_answer_with_length() throws Exception {
        try (var engine = engine(SelectingModel.in(folder, SelectingModel.FEW), PLENTY)) {
            var work =
                    engine.start(
                            job(PROMPT.repeat(2), asking(Attention.CHUNK, 5000)),
                            History.NONE,
                            new Listener());
            var completed = (Body.Completed) ((Outcome.Answered) outcome(work)).last();

            assertThat(completed.reason()).isEqualTo(FinishReason.LENGTH);
            assertThat(completed.usage().promptTokens() + completed.usage().completionTokens())
                    .isEqualTo(CONTEXT);
        }
    }

    @Test
    void chunk_keys_count_as_memory_of_the_sequence() throws Exception {
        var model = SelectingModel.in(folder, SelectingModel.FEW);
        long values = KV_BYTES_PER_TOKEN * 60;
        long keys = 64 * (Integer.BYTES + Float.BYTES + 3L * 4 * Short.BYTES);
        try (var tight = engine(model, values + keys - 1);
                var enough = engine(model, values + keys)) {
            var job = job("Once", asking(Attention.CHUNK, 55)); // five tokens of prompt

            assertThat(((Body.Failed) last(tight.start(job, History.NONE, new Listener()))).code())
                    .isEqualTo(ErrorCode.CONTEXT_LENGTH_EXCEEDED);
            assertThat(usage(enough.start(job, History.NONE, new Listener())).kvBytes())
                    .isEqualTo(values + keys);
            assertThat(enough.kvBytes()).isZero();
        }
    }

    @Test
    void a_job_that_asks_for_what_is_not_offered_is_told_what_is() throws InterruptedException {
        try (var engine = Fixture.endless(Fixture.settings(true), PLENTY)) {
            var work =
                    engine.start(
                            job("Once", asking(Attention.CHUNK, 5)), History.NONE, new Listener());

            var failed = (Body.Failed) last(work);
            assertThat(failed.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
            assertThat(failed.message())
                    .isEqualTo("this worker offers the attentions softmax, the job asks for chunk");
        }
    }

    private static Body.Terminal last(Work work) throws InterruptedException {
        return ((Outcome.Answered) outcome(work)).last();
    }

    /** Libtorch would decode every batch here, and it looks at everything. */
    @Test
    void a_wide_batch_with_one_selecting_sequence_honours_its_selection() throws Exception {
        var model = SelectingModel.in(folder, SelectingModel.FEW);
        var job = job(PROMPT, asking(Attention.CHUNK, 40));
        try (var narrow = engine(model, PLENTY);
                var wide =
                        Fixture.endless(
                                model,
                                Fixture.settings(false),
                                PLENTY,
                                opened -> SelectingModel.kernels(opened, 1))) {
            var alone = new Listener();
            var end = outcome(narrow.start(job, History.NONE, alone));
            for (int i = 0; i < 3; i++) {
                var neighbour = job("neighbour " + i, asking(Attention.SOFTMAX, 400));
                wide.start(neighbour, History.NONE, new Listener());
            }
            var among = new Listener();

            assertThat(outcome(wide.start(job, History.NONE, among))).isEqualTo(end);
            assertThat(among.said()).isEqualTo(alone.said());
        }
    }

    @ParameterizedTest
    @CsvSource({"f32, 64", "bf16, 32", "int8, 20"})
    void keys_and_values_are_kept_in_what_the_folder_says(String kv, long bytesOfARow)
            throws Exception {
        var model = SelectingModel.in(folder, "{\"kv\": \"%s\"}".formatted(kv));
        try (var engine = TextKind.open(model, Fixture.settings(true), PLENTY)) {
            var job = job(PROMPT, asking(Attention.SOFTMAX, 60));
            var usage = usage(engine.start(job, History.NONE, new Listener()));

            assertThat(usage.kvBytes())
                    .isEqualTo(2 * 3 * 2 * bytesOfARow * (usage.promptTokens() + 60));
        }
    }

    @Test
    void operators_see_memory_its_limit_and_selections() throws Exception {
        try (var engine = engine(SelectingModel.in(folder, SelectingModel.FEW), PLENTY)) {
            var work =
                    engine.start(
                            job(PROMPT, asking(Attention.CHUNK, 40)), History.NONE, new Listener());

            long selections = usage(work).selections();
            assertThat(measure(engine, "selections")).isEqualTo(selections);
            assertThat(measure(engine, "kv.bytes")).isZero();
            assertThat(measure(engine, "kv.limit.bytes")).isEqualTo(PLENTY);
        }
    }

    private static long measure(TextEngine engine, String name) {
        return engine.measures().stream()
                .filter(measure -> measure.name().equals(name))
                .map(Measure::value)
                .findFirst()
                .orElseThrow()
                .getAsLong();
    }

    @Test
    void a_folder_with_adapters_is_served_as_a_worker_would() throws IOException {
        var model = SelectingModel.in(folder, SelectingModel.FEW);

        assertThat(new TextKind().served(model, Fixture.settings(true)).attentions())
                .containsExactly(Attention.CHUNK, Attention.SOFTMAX);
        assertThat(new TextKind().served(Fixture.FOLDER, Fixture.settings(true)).attentions())
                .containsExactly(Attention.SOFTMAX);
    }
}
