package dev.millrace.workers.text;

import static dev.millrace.workers.text.Fixture.CONTEXT;
import static dev.millrace.workers.text.Fixture.FOLDER;
import static dev.millrace.workers.text.Fixture.endless;
import static dev.millrace.workers.text.Fixture.job;
import static dev.millrace.workers.text.Fixture.outcome;
import static dev.millrace.workers.text.Fixture.sampled;
import static dev.millrace.workers.text.Fixture.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.FinishReason;
import dev.millrace.protocol.Job;
import dev.millrace.protocol.Task;
import dev.millrace.protocol.TextParameters;
import dev.millrace.protocol.TokenLogprob;
import dev.millrace.workers.run.EngineSettings;
import dev.millrace.workers.run.History;
import dev.millrace.workers.run.Outcome;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

class TextEngineTest {
    private static final long PLENTY = 1L << 30;

    @Test
    void an_answer_is_a_delta_per_token_and_ends_at_max_tokens() throws InterruptedException {
        try (var engine = endless(settings(true), PLENTY)) {
            var heard = new Listener();
            var end = outcome(engine.start(job("Once", sampled(20, 7)), History.NONE, heard));

            assertThat(heard.deltas()).hasSize(20).allMatch(delta -> delta.tokens().size() == 1);
            var completed = (Body.Completed) ((Outcome.Answered) end).last();
            assertThat(completed.reason()).isEqualTo(FinishReason.LENGTH);
            assertThat(completed.usage().completionTokens()).isEqualTo(20);
        }
    }

    /** What another worker does with any first part of a stream, also one cut before its end. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 7, 23, 24})
    void whoever_continues_a_stream_says_exactly_the_rest(int cut) throws InterruptedException {
        var job = job("The quick brown fox", sampled(24, 11, "\u0000never"));
        try (var first = endless(settings(true), PLENTY);
                var second = endless(settings(true), PLENTY)) {
            var whole = new Listener();
            var end = outcome(first.start(job, History.NONE, whole));
            var rest = new Listener();
            var neighbour = new Listener();
            second.start(job("something else", sampled(60, 5)), History.NONE, neighbour);
            var sameEnd =
                    outcome(second.start(job, new History(whole.said().subList(0, cut)), rest));

            assertThat(rest.said()).isEqualTo(whole.said().subList(cut, whole.said().size()));
            assertThat(sameEnd).isEqualTo(end);
        }
    }

    @Test
    void jobs_that_join_and_leave_say_what_they_say_alone() throws InterruptedException {
        try (var engine = endless(settings(true), PLENTY)) {
            var jobs = IntStream.range(0, 6).mapToObj(TextEngineTest::someJob).toList();
            var alone = jobs.stream().map(job -> tokens(engine, job)).toList();
            var together = jobs.stream().map(_ -> new Listener()).toList();
            var works =
                    IntStream.range(0, jobs.size())
                            .mapToObj(i -> engine.start(jobs.get(i), History.NONE, together.get(i)))
                            .toList();
            for (var work : works) {
                outcome(work);
            }

            assertThat(together.stream().map(Listener::tokens).toList()).isEqualTo(alone);
        }
    }

    @Test
    void greedy_answers_in_a_shared_batch_are_those_of_the_batch_of_one()
            throws InterruptedException {
        var jobs =
                IntStream.range(0, 4)
                        .mapToObj(i -> job("prompt " + "x".repeat(i * 9), Fixture.greedy(16)))
                        .toList();
        try (var alone = endless(settings(true), PLENTY);
                var shared = endless(settings(false), PLENTY)) {
            var heard = jobs.stream().map(_ -> new Listener()).toList();
            var works =
                    IntStream.range(0, jobs.size())
                            .mapToObj(i -> shared.start(jobs.get(i), History.NONE, heard.get(i)))
                            .toList();
            for (var work : works) {
                outcome(work);
            }

            assertThat(heard.stream().map(Listener::tokens).toList())
                    .isEqualTo(jobs.stream().map(job -> tokens(alone, job)).toList());
        }
    }

    @Test
    void a_stop_string_ends_the_text_before_it_wherever_tokens_begin() throws InterruptedException {
        try (var engine = endless(settings(true), PLENTY)) {
            var whole = new Listener();
            outcome(engine.start(job("Once", sampled(60, 3)), History.NONE, whole));
            var text = whole.text();
            var stop = text.substring(20, 24);
            var cut = new Listener();
            var end = outcome(engine.start(job("Once", sampled(60, 3, stop)), History.NONE, cut));

            assertThat(cut.text()).isEqualTo(text.substring(0, text.indexOf(stop)));
            assertThat(((Body.Completed) ((Outcome.Answered) end).last()).reason())
                    .isEqualTo(FinishReason.STOP);
        }
    }

    /** The history ends with the text a first worker had released at the end it could not write. */
    @Test
    void text_released_at_the_end_is_not_said_twice() throws InterruptedException {
        try (var engine = TextKind.open(FOLDER, settings(true), PLENTY)) {
            var job = endedByTheModel(engine, "\uFFFD");
            var whole = new Listener();
            outcome(engine.start(job, History.NONE, whole));
            var again = new Listener();
            var end = outcome(engine.start(job, new History(whole.said()), again));

            assertThat(whole.deltas().getLast().tokens()).isEmpty();
            assertThat(again.said()).isEmpty();
            assertThat(end).isInstanceOf(Outcome.Answered.class);
        }
    }

    @Test
    void a_stream_that_this_model_did_not_make_is_started_again_and_says_so()
            throws InterruptedException {
        try (var engine = endless(settings(true), PLENTY)) {
            var job = job("Once", sampled(5, 1));
            var foreign = new History(List.of(new Body.Delta("no such text", 40)));
            var heard = new Listener();
            outcome(engine.start(job, foreign, heard));
            var undisturbed = new Listener();
            outcome(engine.start(job, History.NONE, undisturbed));

            assertThat(heard.said().getFirst()).isInstanceOf(Body.Restarted.class);
            assertThat(heard.tokens()).isEqualTo(undisturbed.tokens());
        }
    }

    @Test
    void a_context_that_fills_up_ends_the_answer_with_length() throws InterruptedException {
        try (var engine = endless(settings(true), PLENTY)) {
            var prompt = "a ".repeat(200);
            var end =
                    outcome(
                            engine.start(
                                    job(prompt, sampled(5000, 1)), History.NONE, new Listener()));
            var usage = ((Body.Completed) ((Outcome.Answered) end).last()).usage();

            assertThat(usage.promptTokens() + usage.completionTokens()).isEqualTo(CONTEXT);
        }
    }

    @Test
    void a_prompt_beyond_the_context_is_refused_with_both_numbers() throws InterruptedException {
        try (var engine = endless(settings(true), PLENTY)) {
            var failed = failed(engine, job("a".repeat(600), sampled(5, 1)));

            assertThat(failed.code()).isEqualTo(ErrorCode.CONTEXT_LENGTH_EXCEEDED);
            assertThat(failed.message()).contains("" + CONTEXT, "601");
        }
    }

    @Test
    void an_empty_prompt_is_refused() throws InterruptedException {
        try (var engine = endless(settings(true), PLENTY)) {
            assertThat(failed(engine, job("", sampled(5, 1))).code())
                    .isEqualTo(ErrorCode.INVALID_REQUEST);
        }
    }

    @Test
    void a_job_that_is_stopped_gives_its_memory_back() throws InterruptedException {
        try (var engine = endless(new EngineSettings(2, true, Duration.ofMillis(5)), PLENTY)) {
            var heard = new Listener();
            var work = engine.start(job("Once", sampled(400, 1)), History.NONE, heard);
            heard.awaitFirstWord();
            assertThat(engine.kvBytes()).isPositive();
            work.stop();

            assertThat(outcome(work)).isEqualTo(new Outcome.Stopped());
            assertThat(engine.kvBytes()).isZero();
            assertThat(heard.deltas()).hasSizeLessThan(400);
        }
    }

    @Test
    void a_stream_nobody_hears_is_stopped_within_a_step() throws InterruptedException {
        try (var engine = endless(settings(true), PLENTY)) {
            var heard = new Listener(3);
            var end = outcome(engine.start(job("Once", sampled(400, 1)), History.NONE, heard));

            assertThat(end).isEqualTo(new Outcome.Stopped());
            assertThat(heard.said()).hasSize(3);
        }
    }

    @Test
    void jobs_that_do_not_fit_the_memory_together_run_one_after_another()
            throws InterruptedException {
        long oneJob = 2L * 3 * 2 * 16 * Float.BYTES * 60;
        try (var engine = endless(settings(true), oneJob)) {
            var works =
                    IntStream.range(0, 3)
                            .mapToObj(i -> job("Once", sampled(50, i)))
                            .map(job -> engine.start(job, History.NONE, new Listener()))
                            .toList();
            for (var work : works) {
                assertThat(outcome(work)).isInstanceOf(Outcome.Answered.class);
            }
            assertThat(engine.kvBytes()).isZero();
        }
    }

    @Test
    void a_job_that_can_never_fit_the_memory_is_refused_with_both_numbers()
            throws InterruptedException {
        try (var engine = endless(settings(true), 1000)) {
            assertThat(failed(engine, job("Once", sampled(50, 1))).message())
                    .contains("bytes of KV memory", "1000");
        }
    }

    @Test
    void log_probabilities_are_of_the_drawn_token_and_of_the_likeliest()
            throws InterruptedException {
        try (var engine = endless(settings(true), PLENTY)) {
            var parameters = new TextParameters(4, 0, 1, 0, 0, List.of(), 20);
            var heard = new Listener();
            outcome(engine.start(job("Once", parameters), History.NONE, heard));

            for (var delta : heard.deltas()) {
                TokenLogprob told = delta.logprobs().getFirst();
                assertThat(told.top()).hasSize(20);
                assertThat(told.logprob()).isEqualTo(told.top().getFirst().logprob());
                double sum = told.top().stream().mapToDouble(top -> Math.exp(top.logprob())).sum();
                assertThat(sum).isBetween(told.top().size() / 320.0, 1 + 1e-9);
            }
            assertThat(heard.deltas().getFirst().logprobs().getFirst().top().getLast().logprob())
                    .isNotCloseTo(0, within(0.5));
        }
    }

    @Test
    void closing_the_engine_stops_what_runs_and_what_waits() throws InterruptedException {
        var engine = endless(new EngineSettings(2, true, Duration.ofMillis(5)), PLENTY);
        var works =
                IntStream.range(0, 4)
                        .mapToObj(i -> job("Once", sampled(400, i)))
                        .map(job -> engine.start(job, History.NONE, new Listener()))
                        .toList();
        engine.close();

        for (var work : works) {
            assertThat(outcome(work)).isEqualTo(new Outcome.Stopped());
        }
        assertThat(outcome(engine.start(job("Once", sampled(4, 1)), History.NONE, new Listener())))
                .isNotInstanceOf(Outcome.Answered.class);
    }

    @Test
    void steps_grow_while_a_job_waits_for_memory() throws InterruptedException {
        long oneJob = 2L * 3 * 2 * 16 * Float.BYTES * 410;
        try (var engine = endless(new EngineSettings(2, true, Duration.ofMillis(2)), oneJob)) {
            var running = new Listener();
            engine.start(job("Once", sampled(400, 1)), History.NONE, running);
            running.awaitFirstWord();
            var waiting = engine.start(job("Once", sampled(400, 1)), History.NONE, new Listener());
            long before = waiting.steps();
            assertThat(waiting.await(Duration.ofMillis(100))).isFalse();

            assertThat(waiting.steps()).isGreaterThan(before);
        }
    }

    private static Job someJob(int i) {
        return job(new Task.Plain("prompt " + "y".repeat(40 * i)), sampled(10 + 5 * i, i));
    }

    private static List<Integer> tokens(TextEngine engine, Job job) {
        var heard = new Listener();
        try {
            outcome(engine.start(job, History.NONE, heard));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return heard.tokens();
    }

    /** A job whose answer the model itself ends, in the middle of a character. */
    private static Job endedByTheModel(TextEngine engine, String suffix)
            throws InterruptedException {
        for (int seed = 0; seed < 500; seed++) {
            var job = job("Once", sampled(400, seed));
            var heard = new Listener();
            outcome(engine.start(job, History.NONE, heard));
            if (heard.deltas().getLast().tokens().isEmpty() && heard.text().endsWith(suffix)) {
                return job;
            }
        }
        throw new AssertionError("no seed of 500 ends so");
    }

    private static Body.Failed failed(TextEngine engine, Job job) throws InterruptedException {
        var end = outcome(engine.start(job, History.NONE, new Listener()));
        return (Body.Failed) ((Outcome.Answered) end).last();
    }
}
