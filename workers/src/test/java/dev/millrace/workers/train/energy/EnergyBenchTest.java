package dev.millrace.workers.train.energy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.text.Decoders;
import dev.millrace.workers.text.kernels.RandomAdapters;
import dev.millrace.workers.text.kernels.RandomHashes;
import dev.millrace.workers.text.kernels.RandomModel;
import dev.millrace.workers.text.model.ModelDirectory;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The whole bench, on a model of one small layer that can hold long texts. */
class EnergyBenchTest {
    private static final int SHORT = 512;
    private static final int LONG = 32_768;
    private static final int LONGEST = 122_880;

    @TempDir private Path folder;
    private final ByteArrayOutputStream said = new ByteArrayOutputStream();
    private final Map<String, Double> results = new HashMap<>();

    @BeforeEach
    void writeModel() throws IOException {
        RandomModel.in(folder, 31, ElementType.F32).close();
        configure("\"max_position_embeddings\": 512", "\"max_position_embeddings\": 131072");
    }

    private void configure(String before, String after) throws IOException {
        var config = folder.resolve("config.json");
        var json = Files.readString(config);
        assertThat(json).contains(before);
        Files.writeString(config, json.replace(before, after));
    }

    private EnergyBench bench(Integer... contexts) {
        var options = new EnergyBench.Options(folder, List.of(contexts), 60, true);
        return new EnergyBench(options, new PrintStream(said, true, UTF_8), results::put);
    }

    @Test
    void three_arms_are_timed_beside_each_other_and_their_figures_told() {
        bench(SHORT, LONG, LONGEST).run();

        assertThat(said.toString(UTF_8))
                .contains("| dense, ms | chunk, ms | eco, ms | dense / eco | chunk / eco |")
                .contains("Chunk mode sees as many tokens as tails leave in sight, 64,")
                .contains("| 122,880 |");
        assertThat(results)
                .containsKeys(
                        "decode120k_speedup", "decode120k_beside_chunk", "state_memory_ratio_32k")
                .allSatisfy((_, figure) -> assertThat(figure).isNotNegative().isFinite());
        assertThat(results.get("state_memory_ratio_32k")).isLessThan(0.3);
        assertThat(results.get("decode120k_speedup")).isGreaterThan(2);
    }

    @Test
    void what_stands_in_for_files_that_are_not_there_is_said() throws IOException {
        bench(SHORT).run();
        assertThat(said.toString(UTF_8))
                .contains("eco.safetensors is not there: hashes that have learned")
                .contains("chunk-adapters.safetensors is not there: chunk adapters of each head");

        said.reset();
        try (var model = ModelDirectory.open(folder, Decoders.ALL)) {
            RandomHashes.in(folder, model.config());
            RandomAdapters.in(folder, model.config());
        }
        bench(SHORT).run();
        assertThat(said.toString(UTF_8)).contains("in sight, 260,").doesNotContain("not there");
    }

    @Test
    void without_time_nothing_is_said_of_chunks() {
        bench(SHORT).runCost();

        assertThat(said.toString(UTF_8)).contains("By operation").doesNotContain("hunk");
    }

    @Test
    void a_model_that_sees_nothing_but_windows_is_refused() throws IOException {
        configure("full_attention", "sliding_attention");

        assertThatThrownBy(() -> bench(SHORT).run())
                .isInstanceOf(BadModelException.class)
                .hasMessageContaining("config.json: every layer sees a window of its own");
    }
}
