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
import dev.millrace.workers.text.kernels.Activations;
import dev.millrace.workers.text.kernels.DecoderKernels;
import dev.millrace.workers.text.kernels.Logits;
import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.kv.KvStore;

import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

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

            var calls = String.join(" ", watched[0].calls);
            assertThat(calls)
                    .contains("prefill 128 decode 1 prefill 128 decode 1 prefill 128 decode 1");
            assertThat(calls).contains("decode 2");
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
            watched[0].failsAtBatchOf = 2;
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
            watched[0].failsAtBatchOf = 1;
            var failing = engine.start(job("Once", sampled(30, 1)), History.NONE, new Listener());
            var end = ((Outcome.Answered) outcome(failing)).last();
            watched[0].failsAtBatchOf = 0;
            var next = engine.start(job("Once", sampled(30, 1)), History.NONE, new Listener());

            assertThat(((Body.Failed) end).code()).isEqualTo(ErrorCode.ENGINE_FAILED);
            assertThat(((Outcome.Answered) outcome(next)).last())
                    .isInstanceOf(Body.Completed.class);
        }
    }

    /** Kernels that keep a list of calls, can be held in the first decode, and can fail. */
    private static final class Watched implements DecoderKernels {
        private final DecoderKernels kernels;
        private final List<String> calls = new ArrayList<>();
        private final CountDownLatch decoding = new CountDownLatch(1);
        private volatile CountDownLatch held = new CountDownLatch(0);
        private volatile int failsAtBatchOf;

        Watched(DecoderKernels kernels) {
            this.kernels = kernels;
        }

        void holdFirstDecode() {
            held = new CountDownLatch(1);
        }

        void awaitFirstDecode() throws InterruptedException {
            assertThat(decoding.await(30, TimeUnit.SECONDS)).isTrue();
        }

        void release() {
            held.countDown();
        }

        @Override
        public void decode(List<Step> batch, Logits logits) {
            calls.add("decode " + batch.size());
            decoding.countDown();
            try {
                held.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            if (batch.size() == failsAtBatchOf) {
                throw new IllegalStateException("made to fail");
            }
            kernels.decode(batch, logits);
        }

        @Override
        public void prefill(KvCache sequence, int[] tokens, Logits logits) {
            calls.add("prefill " + tokens.length);
            kernels.prefill(sequence, tokens, logits);
        }

        @Override
        public KvStore newKvStore(long limitBytes) {
            return kernels.newKvStore(limitBytes);
        }

        @Override
        public Activations trace(KvCache sequence, int[] tokens) {
            return kernels.trace(sequence, tokens);
        }

        @Override
        public void close() {
            kernels.close();
        }
    }
}
