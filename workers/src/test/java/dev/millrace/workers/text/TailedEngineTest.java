package dev.millrace.workers.text;

import static dev.millrace.workers.text.Fixture.job;
import static dev.millrace.workers.text.Fixture.outcome;
import static dev.millrace.workers.text.SelectingModel.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.Attention;
import dev.millrace.protocol.Body;
import dev.millrace.protocol.TextParameters;
import dev.millrace.protocol.Usage;
import dev.millrace.workers.run.History;
import dev.millrace.workers.run.Outcome;
import dev.millrace.workers.run.Work;
import dev.millrace.workers.text.kernels.RandomHashes;
import dev.millrace.workers.text.model.ModelDirectory;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Jobs whose tokens look at the newest ones and at tails. */
class TailedEngineTest {
    private static final long PLENTY = 1L << 30;
    private static final String SHORT = "{\"eco\": {\"window\": 12, \"sinks\": 2}}";

    /** Longer than a block of prefill. */
    private static final String PROMPT = "The quick brown fox. It ran! ".repeat(6);

    @TempDir private Path folder;

    @BeforeEach
    void writeModel() throws IOException {
        SelectingModel.in(folder, SHORT);
        try (var model = ModelDirectory.open(folder, Decoders.ALL)) {
            RandomHashes.in(folder, model.config());
        }
    }

    private static TextParameters asking(Attention attention, int maxTokens) {
        return new TextParameters(
                maxTokens,
                1,
                1,
                0,
                11,
                List.of("\u0000never"),
                TextParameters.NO_LOGPROBS,
                attention);
    }

    private static Usage usage(Work work) throws InterruptedException {
        return ((Body.Completed) ((Outcome.Answered) outcome(work)).last()).usage();
    }

    @Test
    void an_answer_holds_as_much_memory_however_long_it_is_and_says_something_else()
            throws Exception {
        try (var engine = engine(folder, PLENTY)) {
            var tailed = new Listener();
            var whole = new Listener();
            var few = engine.start(job("Once", asking(Attention.ECO, 20)), History.NONE, tailed);
            var many = new Listener();
            var more = engine.start(job(PROMPT, asking(Attention.ECO, 60)), History.NONE, many);
            outcome(engine.start(job(PROMPT, asking(Attention.SOFTMAX, 60)), History.NONE, whole));

            assertThat(usage(more).kvBytes()).isEqualTo(usage(few).kvBytes()).isPositive();
            assertThat(many.tokens()).isNotEqualTo(whole.tokens());
            assertThat(usage(more).selections()).isZero();
            assertThat(engine.kvBytes()).isZero();
        }
    }

    /** What another worker does with any first part of a stream. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 17, 39, 40})
    void whoever_continues_says_the_rest(int cut) throws Exception {
        var job = job(PROMPT, asking(Attention.ECO, 40));
        try (var first = engine(folder, PLENTY);
                var second = engine(folder, PLENTY)) {
            var whole = new Listener();
            var end = outcome(first.start(job, History.NONE, whole));
            for (var attention : List.of(Attention.SOFTMAX, Attention.CHUNK, Attention.ECO)) {
                var neighbour = job("something else", asking(attention, 60));
                second.start(neighbour, History.NONE, new Listener());
            }
            var rest = new Listener();
            var sameEnd =
                    outcome(second.start(job, new History(whole.said().subList(0, cut)), rest));

            assertThat(rest.said()).isEqualTo(whole.said().subList(cut, whole.said().size()));
            assertThat(sameEnd).isEqualTo(end);
        }
    }

    /** The first of them leaves its blocks behind; they would be of no use. */
    @Test
    void a_prompt_is_never_copied_from_an_earlier_one() throws Exception {
        try (var engine = engine(folder, PLENTY)) {
            var whole = job(PROMPT, asking(Attention.SOFTMAX, 5));
            var tailed = job(PROMPT, asking(Attention.ECO, 5));
            outcome(engine.start(whole, History.NONE, new Listener()));
            var one = new Listener();
            outcome(engine.start(tailed, History.NONE, one));
            var other = new Listener();
            var usage = usage(engine.start(tailed, History.NONE, other));

            assertThat(usage.cachedTokens()).isZero();
            assertThat(other.said()).isEqualTo(one.said());
            assertThat(usage(engine.start(whole, History.NONE, new Listener())).cachedTokens())
                    .isPositive();
        }
    }

    @Test
    void a_worker_announces_it_after_the_others() {
        assertThat(new TextKind().served(folder, Fixture.settings(true)).attentions())
                .containsExactly(Attention.CHUNK, Attention.SOFTMAX, Attention.ECO);
    }

    @Test
    void kernels_as_a_worker_opens_them_serve_it() throws Exception {
        try (var engine = TextKind.open(folder, Fixture.settings(true), PLENTY)) {
            var heard = new Listener();
            usage(engine.start(job(PROMPT, asking(Attention.ECO, 30)), History.NONE, heard));

            assertThat(heard.tokens()).isNotEmpty();
        }
    }
}
