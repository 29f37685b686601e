package dev.millrace.workers.train.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.text.kernels.DecoderKernels.Step;
import dev.millrace.workers.text.kernels.Logits;
import dev.millrace.workers.text.kernels.RandomHashes;
import dev.millrace.workers.text.kernels.RandomModel;
import dev.millrace.workers.text.kernels.SharedWeights;
import dev.millrace.workers.text.kernels.vector.VectorKernels;
import dev.millrace.workers.text.kernels.vector.WeightType;
import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.kv.Look;
import dev.millrace.workers.text.kv.chunk.ChunkAdapters;
import dev.millrace.workers.text.kv.chunk.ChunkSettings;
import dev.millrace.workers.text.kv.chunk.Selecting;
import dev.millrace.workers.text.kv.eco.EcoSettings;
import dev.millrace.workers.text.kv.eco.Tailing;
import dev.millrace.workers.text.model.DecoderConfig;
import dev.millrace.workers.train.adapters.Scorers;
import dev.millrace.workers.train.adapters.UntrainedAdapters;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

class UnreadTextTest {
    private static final EcoSettings WINDOW = new EcoSettings(46, 2);
    private static final int STEPS = 48;

    @TempDir private Path folder;
    private DecoderConfig config;
    private ChunkAdapters adapters;
    private VectorKernels kernels;
    private UnreadText text;
    private final Logits logits = new Logits();

    @BeforeEach
    void open() throws IOException {
        Torch.prepareThread();
        try (var model = RandomModel.in(folder, 3, ElementType.F32)) {
            config = model.config();
            adapters =
                    UntrainedAdapters.of(config, 0, Scorers.HEADS, 8, ChunkSettings.BEST.keys(), 1);
            kernels =
                    new VectorKernels(
                            model,
                            WeightType.F32,
                            ElementType.F32,
                            SharedWeights.NONE,
                            Optional.of(adapters));
        }
        text = new UnreadText(config, kernels);
    }

    @AfterEach
    void close() {
        kernels.close();
    }

    private Look selected(ChunkSettings settings) {
        return new Look.Selected(new Selecting(settings, adapters));
    }

    private void decode(KvCache cache, int steps) {
        for (int i = 0; i < steps; i++) {
            kernels.decode(List.of(new Step(cache, i % config.vocabulary())), logits);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 7, 200})
    void a_text_of_any_length_can_be_gone_on_with_however_it_is_looked_at(int tokens)
            throws IOException {
        var looks =
                List.of(
                        new Look.Whole(),
                        selected(EqualWindow.of(WINDOW, ChunkSettings.BEST)),
                        new Look.Tailed(new Tailing(WINDOW, RandomHashes.in(folder, config))));
        for (var look : looks) {
            try (var cache = text.of(tokens, 3, look)) {
                assertThat(cache.length()).isEqualTo(tokens);
                decode(cache, 3);
                for (float logit : logits.row(0)) {
                    assertThat(logit).isFinite();
                }
            }
        }
    }

    @ParameterizedTest
    @EnumSource(ChunkSettings.Vote.class)
    void with_chunks_of_an_equal_window_as_many_tokens_are_seen(ChunkSettings.Vote vote) {
        var settings = EqualWindow.of(WINDOW, ChunkSettings.BEST.with(vote));
        for (int tokens : new int[] {150, 400}) {
            try (var cache = text.of(tokens, STEPS, selected(settings))) {
                decode(cache, STEPS);

                double share = cache.chunks().orElseThrow().attended().fraction();
                assertThat(share * (tokens + (STEPS + 1) / 2.0))
                        .isCloseTo(WINDOW.rows(), within(settings.longest() / 2.0));
            }
        }
    }

    @Test
    void with_every_chunk_selected_a_token_is_what_it_is_with_everything_in_sight() {
        try (var all = text.of(100, 5, selected(ChunkSettings.BEST.withDenseBelow(0)));
                var whole = text.of(100, 5, new Look.Whole())) {
            decode(all, 5);
            float[] selected = logits.row(0).clone();
            decode(whole, 5);

            assertThat(selected).containsExactly(logits.row(0), within(1e-4f));
        }
    }
}
