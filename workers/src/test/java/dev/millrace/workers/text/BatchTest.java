package dev.millrace.workers.text;

import static dev.millrace.workers.text.Fixture.FOLDER;
import static dev.millrace.workers.text.Fixture.endless;
import static dev.millrace.workers.text.Fixture.job;
import static dev.millrace.workers.text.Fixture.outcome;
import static dev.millrace.workers.text.Fixture.sampled;
import static dev.millrace.workers.text.Fixture.settings;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.workers.run.History;
import dev.millrace.workers.run.Outcome;

import org.junit.jupiter.api.Test;

class BatchTest {
    private static final long PLENTY = 1L << 30;

    @Test
    void a_long_prompt_lets_the_others_step_after_every_block() throws InterruptedException {
        var watched = new Watched[1];
        try (var engine =
                endless(
                        FOLDER,
                        settings(true),
                        PLENTY,
                        folder -> watched[0] = new Watched(Fixture.torch(folder)))) {
            watched[0].holdFirstDecode();
            var running = engine.start(job("Once", sampled(30, 1)), History.NONE, new Listener());
            watched[0].awaitFirstDecode();
            var joining =
                    engine.start(job("b".repeat(500), sampled(3, 1)), History.NONE, new Listener());
            watched[0].release();
            outcome(joining);
            outcome(running);

            var calls = String.join(" ", watched[0].calls());
            assertThat(calls)
                    .contains("prefill 128 decode 1 prefill 128 decode 1 prefill 128 decode 1");
            assertThat(calls).contains("decode 2");
        }
    }

    @Test
    void a_short_prompt_does_not_wait_until_a_long_one_has_been_read() throws InterruptedException {
        var watched = new Watched[1];
        try (var engine =
                endless(
                        FOLDER,
                        settings(true),
                        PLENTY,
                        folder -> watched[0] = new Watched(Fixture.torch(folder)))) {
            watched[0].holdFirstDecode();
            var running = engine.start(job("Once", sampled(30, 1)), History.NONE, new Listener());
            watched[0].awaitFirstDecode();
            var reading =
                    engine.start(job("b".repeat(500), sampled(3, 1)), History.NONE, new Listener());
            var quick = engine.start(job("Once", sampled(3, 2)), History.NONE, new Listener());
            watched[0].release();
            outcome(running);
            outcome(reading);
            outcome(quick);

            var blocks =
                    watched[0].calls().stream().filter(call -> call.startsWith("prefill")).toList();
            assertThat(blocks.subList(1, 4))
                    .containsExactly("prefill 128", blocks.getFirst(), "prefill 128");
        }
    }

    @Test
    void when_a_shared_step_fails_each_job_is_tried_again() throws InterruptedException {
        var watched = new Watched[1];
        try (var engine =
                endless(
                        FOLDER,
                        settings(false),
                        PLENTY,
                        folder -> watched[0] = new Watched(Fixture.torch(folder)))) {
            watched[0].holdFirstDecode();
            var one = engine.start(job("Once", sampled(30, 1)), History.NONE, new Listener());
            watched[0].awaitFirstDecode();
            var other = engine.start(job("Twice", sampled(30, 1)), History.NONE, new Listener());
            watched[0].failAtBatchOf(2);
            watched[0].release();

            assertThat(outcome(one)).isInstanceOf(Outcome.TryAgain.class);
            assertThat(outcome(other)).isInstanceOf(Outcome.TryAgain.class);
            assertThat(engine.kvBytes()).isZero();
        }
    }

    @Test
    void a_job_that_fails_alone_ends_as_failed_and_the_engine_goes_on()
            throws InterruptedException {
        var watched = new Watched[1];
        try (var engine =
                endless(
                        FOLDER,
                        settings(false),
                        PLENTY,
                        folder -> watched[0] = new Watched(Fixture.torch(folder)))) {
            watched[0].failAtBatchOf(1);
            var failing = engine.start(job("Once", sampled(30, 1)), History.NONE, new Listener());
            var end = ((Outcome.Answered) outcome(failing)).last();
            watched[0].failAtBatchOf(0);
            var next = engine.start(job("Once", sampled(30, 1)), History.NONE, new Listener());

            assertThat(((Body.Failed) end).code()).isEqualTo(ErrorCode.ENGINE_FAILED);
            assertThat(((Outcome.Answered) outcome(next)).last())
                    .isInstanceOf(Body.Completed.class);
        }
    }
}
