package dev.millrace.workers.text;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.text.kernels.DecoderKernels;
import dev.millrace.workers.text.kernels.DecoderKernels.Step;
import dev.millrace.workers.text.kernels.Logits;
import dev.millrace.workers.text.kernels.RandomModel.Dice;
import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.kv.chunk.Selecting;
import dev.millrace.workers.text.model.ModelDirectory;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Why a stream is continued by going through its tokens again, one at a time, with the same
 * selections: the keys and values that a prompt's path would make of them are others.
 */
class ReplayMattersTest {
    private static final int PROMPT = 150;
    private static final int ANSWER = 120;
    private static final int CUT = 40;

    @TempDir private Path folder;
    private ModelDirectory model;
    private Selecting selecting;
    private DecoderKernels kernels;
    private final Logits logits = new Logits();

    @BeforeEach
    void open() throws IOException {
        Torch.useThreads(1);
        Torch.prepareThread();
        model = ModelDirectory.open(SelectingModel.in(folder, SelectingModel.FEW), Decoders.ALL);
        selecting = Attentions.of(model, true).selecting().orElseThrow();
        kernels = SelectingModel.kernels(model, Integer.MAX_VALUE);
    }

    @AfterEach
    void close() {
        kernels.close();
        model.close();
    }

    private int[] prompt() {
        return new Dice(5)
                .tokens(PROMPT, model.config().vocabulary()).stream()
                        .mapToInt(token -> token)
                        .toArray();
    }

    private KvCache newCache() {
        var cache = kernels.newKvStore(Long.MAX_VALUE).allocate(PROMPT + ANSWER).orElseThrow();
        cache.selectWith(selecting.newChunks());
        return cache;
    }

    /** In the engine's blocks. */
    private void prefill(KvCache cache, int... tokens) {
        for (int from = 0; from < tokens.length; from += Intake.BLOCK) {
            int to = Math.min(tokens.length, from + Intake.BLOCK);
            kernels.prefill(cache, Arrays.copyOfRange(tokens, from, to), logits);
        }
    }

    /** The likeliest tokens that follow; the first of them by the logits that are there. */
    private List<Integer> greedy(KvCache cache, int count) {
        var tokens = new ArrayList<Integer>();
        for (int i = 0; i < count; i++) {
            int token = likeliest(logits.row(0));
            tokens.add(token);
            kernels.decode(List.of(new Step(cache, token)), logits);
        }
        return tokens;
    }

    private static int likeliest(float... row) {
        return IntStream.range(0, row.length)
                .reduce((a, b) -> row[a] >= row[b] ? a : b)
                .orElseThrow();
    }

    @Test
    void replayed_tokens_lead_to_the_same_bits_and_prefilled_ones_to_another_answer() {
        try (var undisturbed = newCache();
                var replayed = newCache();
                var prefilled = newCache()) {
            prefill(undisturbed, prompt());
            var said = greedy(undisturbed, CUT);
            float[] expected = logits.row(0).clone();
            var rest = greedy(undisturbed, ANSWER - CUT);

            prefill(replayed, prompt());
            said.forEach(token -> kernels.decode(List.of(new Step(replayed, token)), logits));
            assertThat(logits.row(0)).isEqualTo(expected);
            assertThat(greedy(replayed, ANSWER - CUT)).isEqualTo(rest);

            prefill(prefilled, promptAnd(said));
            assertThat(logits.row(0)).isNotEqualTo(expected);
            assertThat(greedy(prefilled, ANSWER - CUT)).isNotEqualTo(rest);
        }
    }

    private int[] promptAnd(List<Integer> said) {
        return IntStream.concat(IntStream.of(prompt()), said.stream().mapToInt(token -> token))
                .toArray();
    }
}
