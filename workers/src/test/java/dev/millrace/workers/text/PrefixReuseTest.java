package dev.millrace.workers.text;

import static dev.millrace.workers.text.Fixture.job;
import static dev.millrace.workers.text.Fixture.outcome;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.Attention;
import dev.millrace.protocol.Body;
import dev.millrace.protocol.Job;
import dev.millrace.protocol.Task;
import dev.millrace.protocol.TextParameters;
import dev.millrace.protocol.Usage;
import dev.millrace.workers.run.EngineSettings;
import dev.millrace.workers.run.History;
import dev.millrace.workers.run.Measure;
import dev.millrace.workers.run.Outcome;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.text.kernels.Paired;
import dev.millrace.workers.text.kernels.torch.TorchKernels;
import dev.millrace.workers.text.kernels.vector.VectorKernels;
import dev.millrace.workers.text.kernels.vector.WeightType;
import dev.millrace.workers.text.kv.KvLimits;
import dev.millrace.workers.text.kv.chunk.Selecting;
import dev.millrace.workers.text.model.ModelDirectory;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Jobs whose prompts begin like those of jobs before them. */
class PrefixReuseTest {
    private static final int BLOCK = Intake.BLOCK;
    private static final KvLimits PLENTY = KvLimits.of(1L << 30);
    private static final KvLimits WITHOUT = new KvLimits(1L << 30, 0);
    private static final long BYTES_PER_TOKEN = 2L * 3 * 2 * 16 * Float.BYTES;

    @TempDir private Path folder;
    private Path model;

    @BeforeEach
    void write() throws IOException {
        model = SelectingModel.in(folder, SelectingModel.FEW);
    }

    /** An engine and what it was seen to do. */
    private record Seen(TextEngine engine, Watched kernels, TorchKernels torch)
            implements AutoCloseable {
        private Said run(Job job) throws InterruptedException {
            return run(job, History.NONE);
        }

        private Said run(Job job, History history) throws InterruptedException {
            long before = kernels.prefills();
            var heard = new Listener();
            var end = (Outcome.Answered) outcome(engine.start(job, history, heard));
            var usage = ((Body.Completed) end.last()).usage();
            return new Said(heard.said(), usage, kernels.prefills() - before);
        }

        private long measure(String name) {
            return engine.measures().stream()
                    .filter(measure -> measure.name().equals(name))
                    .map(Measure::value)
                    .findFirst()
                    .orElseThrow()
                    .getAsLong();
        }

        @Override
        public void close() {
            engine.close();
        }
    }

    /** What a job said, with its log-probabilities, and the blocks of prompt computed for it. */
    private record Said(List<Body.Content> content, Usage usage, long blocks) {
        /** All that must not depend on what was kept. */
        private List<Object> exact() {
            return List.of(
                    content,
                    usage.promptTokens(),
                    usage.completionTokens(),
                    usage.attendedFraction(),
                    usage.selections(),
                    usage.kvBytes());
        }
    }

    private Seen engine(KvLimits memory) {
        return engine(memory, 0, Duration.ZERO);
    }

    /** As a deterministic worker on a CPU has it; answers never end by themselves. */
    private Seen engine(KvLimits memory, int mostOfPrompt, Duration pace) {
        Torch.useThreads(1);
        Torch.prepareThread();
        try (var opened = ModelDirectory.open(model, Decoders.ALL)) {
            var some = Attentions.of(opened, true).selecting().orElseThrow();
            var settings = some.settings().withMostOfPrompt(mostOfPrompt);
            var adapters = Optional.of(some.adapters());
            var attentions =
                    new Attentions(
                            List.of(Attention.CHUNK, Attention.SOFTMAX),
                            Optional.of(new Selecting(settings, some.adapters())),
                            Optional.empty());
            var torch = new TorchKernels(opened, Devices.cpu(), ElementType.F32, adapters);
            var vector =
                    new VectorKernels(opened, WeightType.F32, ElementType.F32, torch, adapters);
            var kernels = new Watched(new Paired(torch, vector, Integer.MAX_VALUE));
            var text = TextModel.open(opened);
            var endless =
                    new TextModel(
                            text.tokenizer(),
                            text.template(),
                            Set.of(),
                            text.contextLimit(),
                            text.vocabulary());
            return new Seen(
                    new TextEngine(
                            endless,
                            attentions,
                            kernels,
                            memory,
                            new EngineSettings(8, true, pace)),
                    kernels,
                    torch);
        }
    }

    private static TextParameters asking(Attention attention) {
        return asking(attention, 30);
    }

    private static TextParameters asking(Attention attention, int maxTokens) {
        return new TextParameters(maxTokens, 1, 1, 0, 11, List.of(), 3, attention);
    }

    /** Some more than two whole blocks of tokens, in sentences. */
    private static final String BEGINNING = "The quick brown fox. It ran! So far. ".repeat(8);

    private static Job softmax(String owner, String prompt) {
        return job(owner, new Task.Plain(prompt), asking(Attention.SOFTMAX));
    }

    @ParameterizedTest
    @CsvSource({"SOFTMAX, 0", "CHUNK, 0", "CHUNK, 2"})
    void what_is_said_its_probabilities_and_its_usage_are_the_same_bits_with_and_without_reuse(
            Attention attention, int mostOfPrompt) throws InterruptedException {
        var one = job(BEGINNING + "And then", asking(attention));
        var other = job(BEGINNING + "But why? Nobody knew. " + "y".repeat(60), asking(attention));
        try (var with = engine(PLENTY, mostOfPrompt, Duration.ZERO);
                var without = engine(WITHOUT, mostOfPrompt, Duration.ZERO)) {
            with.run(one);
            for (var job : List.of(other, one)) {
                var reusing = with.run(job);
                var computing = without.run(job);

                assertThat(reusing.exact()).isEqualTo(computing.exact());
                assertThat(reusing.usage().cachedTokens()).isGreaterThanOrEqualTo(2 * BLOCK);
                assertThat(computing.usage().cachedTokens()).isZero();
                assertThat(reusing.blocks()).isEqualTo(computing.blocks() - cachedBlocks(reusing));
            }
        }
    }

    private static long cachedBlocks(Said said) {
        return said.usage().cachedTokens() / BLOCK;
    }

    @ParameterizedTest
    @CsvSource({"SOFTMAX", "CHUNK"})
    void a_stream_is_continued_exactly_where_its_prompt_is_kept(Attention attention)
            throws InterruptedException {
        var job = job(BEGINNING, asking(attention));
        try (var first = engine(WITHOUT);
                var second = engine(PLENTY)) {
            var whole = first.run(job);
            second.run(job(BEGINNING + "Another.", asking(attention)));

            var rest = second.run(job, new History(whole.content().subList(0, 11)));

            assertThat(rest.content()).isEqualTo(whole.content().subList(11, 30));
            assertThat(rest.usage().attendedFraction()).isEqualTo(whole.usage().attendedFraction());
            assertThat(rest.usage().cachedTokens()).isGreaterThanOrEqualTo(2 * BLOCK);
        }
    }

    /**
     * The first turn's answer is in the second turn's prompt; it was decoded, so it is computed.
     */
    @Test
    void the_next_turn_of_a_chat_computes_only_what_the_first_ones_prompt_had_no_whole_block_of()
            throws InterruptedException {
        try (var seen = engine(PLENTY)) {
            var first = seen.run(softmax("ann", BEGINNING));
            int whole = first.usage().promptTokens() / BLOCK;
            var answer = new StringBuilder();
            first.content().forEach(said -> answer.append(((Body.Delta) said).text()));

            var second = seen.run(softmax("ann", BEGINNING + answer + " Go on."));

            assertThat(whole).isEqualTo(2);
            assertThat(first.blocks()).isEqualTo(whole + 1);
            assertThat(second.usage().cachedTokens()).isEqualTo(whole * BLOCK);
            int blocks = (second.usage().promptTokens() + BLOCK - 1) / BLOCK;
            assertThat(second.blocks()).isEqualTo(blocks - whole);
            assertThat(seen.measure("prefix.reused.tokens")).isEqualTo(whole * (long) BLOCK);
            assertThat(seen.measure("prefix.bytes"))
                    .isEqualTo(wholeBlocks(second) * BLOCK * (BYTES_PER_TOKEN + Integer.BYTES));
            assertThat(seen.measure("kv.bytes")).isZero();
        }
    }

    private static long wholeBlocks(Said said) {
        return said.usage().promptTokens() / BLOCK;
    }

    @Test
    void another_owner_computes_the_same_prompt_anew_and_says_the_same()
            throws InterruptedException {
        try (var seen = engine(PLENTY)) {
            var ann = seen.run(softmax("ann", BEGINNING));
            var bob = seen.run(softmax("bob", BEGINNING));

            assertThat(bob.usage().cachedTokens()).isZero();
            assertThat(bob.blocks()).isEqualTo(ann.blocks());
            assertThat(bob.exact()).isEqualTo(ann.exact());
            assertThat(seen.run(softmax("bob", BEGINNING)).usage().cachedTokens()).isPositive();
        }
    }

    @Test
    void a_sequence_that_selects_and_one_that_sees_everything_do_not_share()
            throws InterruptedException {
        try (var seen = engine(PLENTY)) {
            seen.run(softmax("", BEGINNING));

            assertThat(seen.run(job(BEGINNING, asking(Attention.CHUNK))).usage().cachedTokens())
                    .isZero();
        }
    }

    @Test
    void a_running_sequences_prompt_is_shared_and_so_is_that_of_one_that_nobody_wants_any_more()
            throws InterruptedException {
        try (var seen = engine(PLENTY, 0, Duration.ofMillis(2))) {
            var heard = new Listener();
            var job = job(BEGINNING, asking(Attention.SOFTMAX, 200));
            var running = seen.engine().start(job, History.NONE, heard);
            heard.awaitFirstWord();

            assertThat(seen.run(softmax("", BEGINNING)).usage().cachedTokens())
                    .isEqualTo(2 * BLOCK);
            running.stop();
            assertThat(outcome(running)).isEqualTo(new Outcome.Stopped());
            assertThat(seen.run(softmax("", BEGINNING)).usage().cachedTokens())
                    .isEqualTo(2 * BLOCK);
            assertThat(seen.measure("kv.bytes")).isZero();
        }
    }

    @Test
    void what_is_kept_never_keeps_a_job_out() throws InterruptedException {
        long most = 450 * BYTES_PER_TOKEN;
        try (var seen = engine(new KvLimits(most, most))) {
            for (int i = 0; i < 6; i++) {
                seen.run(softmax("", i + BEGINNING));
                assertThat(seen.measure("prefix.bytes")).isPositive().isLessThanOrEqualTo(most);
            }
            var large = seen.run(job("Once", asking(Attention.SOFTMAX, 440)));

            assertThat(large.usage().completionTokens()).isEqualTo(440);
            assertThat(seen.run(softmax("", 5 + BEGINNING)).usage().cachedTokens()).isZero();
        }
    }

    @Test
    void many_jobs_leave_no_native_array_behind() throws InterruptedException {
        var memory = new KvLimits(1L << 30, 3 * BLOCK * (BYTES_PER_TOKEN + Integer.BYTES));
        try (var seen = engine(memory)) {
            seen.run(softmax("", BEGINNING));
            seen.run(softmax("", "x" + BEGINNING));
            int before = seen.torch().liveArrays();
            for (int i = 0; i < 10; i++) {
                seen.run(softmax("", i + BEGINNING));
                seen.run(softmax("", i + BEGINNING));
            }

            assertThat(seen.measure("prefix.reused.tokens")).isEqualTo(20L * BLOCK);
            assertThat(seen.torch().liveArrays()).isEqualTo(before);
        }
    }
}
