package dev.millrace.workers.train.adapters;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.text.kernels.RandomModel;
import dev.millrace.workers.text.kernels.RandomModel.Dice;
import dev.millrace.workers.text.kv.chunk.ChunkAdapters;
import dev.millrace.workers.text.kv.chunk.ChunkSettings;
import dev.millrace.workers.text.kv.chunk.ChunkSettings.Keys;
import dev.millrace.workers.text.kv.chunk.ChunkSettings.Triggers;
import dev.millrace.workers.text.kv.chunk.ChunkSettings.Vote;

import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

class AdapterTrainingTest {
    private static final int END = 7; // the token that ends a sentence
    private static final ChunkSettings SETTINGS =
            new ChunkSettings(0.5, 2, 12, 1, 4, 1, Keys.MEAN, Vote.WEIGHTED, Triggers.NONE, 0);

    @TempDir private Path folder;

    @ParameterizedTest
    @EnumSource
    void a_random_models_ends_are_found_and_its_attention_is_followed_better_with_every_step(
            Scorers scorers) throws IOException {
        try (var model = RandomModel.in(folder, 3, ElementType.F32)) {
            var texts = texts(model.config().vocabulary());
            var little = train(texts, scorers, 1);
            var much = train(texts, scorers, 150);

            assertThat(much.boundaries().f1()).isGreaterThan(0.95);
            assertThat(much.recalls().keySet()).isEqualTo(little.recalls().keySet()).isNotEmpty();
            for (int layer : much.recalls().keySet()) {
                assertThat(recall(much, layer))
                        .as("%d", layer)
                        .isGreaterThan(recall(little, layer));
            }
            var adapters = ChunkAdapters.read(folder.resolve(ChunkAdapters.FILE), model.config());
            assertThat(adapters.width()).isEqualTo(4);
            assertThat(adapters.layers()).hasSize(much.recalls().size());
            assertThat(adapters.scorersPerLayer()).isEqualTo(scorers.of(model.config()));
        }
    }

    /** Of four selected chunks. */
    private static double recall(AdapterTraining.Report report, int layer) {
        return report.recalls().getOrDefault(layer, Map.of()).getOrDefault(4, 0.0);
    }

    private AdapterTraining.Report train(List<LabelledText> texts, Scorers scorers, long steps) {
        return AdapterTraining.run(
                folder,
                texts,
                new AdapterTraining.Options(
                        folder.resolve(ChunkAdapters.FILE),
                        steps,
                        1,
                        scorers,
                        4,
                        0,
                        SETTINGS,
                        Teaching.RESIDUAL,
                        1));
    }

    private static List<LabelledText> texts(int vocabulary) {
        var texts = new ArrayList<LabelledText>();
        for (int i = 0; i < 30; i++) {
            var tokens = new Dice(i).tokens(160, vocabulary);
            int[] ids = tokens.stream().mapToInt(token -> token % 8).toArray();
            boolean[] ends = new boolean[ids.length];
            for (int at = 0; at < ids.length; at++) {
                ends[at] = ids[at] == END;
            }
            texts.add(new LabelledText(ids, ends));
        }
        return texts;
    }
}
