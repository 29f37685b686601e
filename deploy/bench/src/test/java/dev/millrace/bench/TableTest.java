package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.Finding.Outcome;
import dev.millrace.bench.Finding.ReadBandwidth;
import dev.millrace.bench.weights.Precision;
import dev.millrace.bench.weights.Shape;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

final class TableTest {
    private static final Cell CELL = new Cell(Shape.M100, Precision.BF16, 1, 256);
    private static final Finding FINDING =
            new Finding(
                    CELL.id(),
                    new ReadBandwidth(200_000_000, new Sample(19, 20, 21, 9)),
                    Map.of(
                            "ours", measured(12.5, 256),
                            "llamacpp", measured(25, 256),
                            "jlama", new Outcome.NotAvailable("no bf16"),
                            "eager", measured(100, 100)));

    @TempDir private Path folder;

    private static Outcome measured(double millis, int count) {
        return new Outcome.Measured(new Sample(millis * 0.8, millis, millis * 2, count), "how");
    }

    private Table table() throws IOException {
        var journal = new Journal(folder.resolve("peers.jsonl"));
        journal.add(FINDING);
        return new Table(List.of(CELL, new Cell(Shape.M2, Precision.F32, 1, 256)), journal);
    }

    @Test
    void a_row_tells_rates_with_their_spread_and_how_many_times_faster_we_are() {
        assertThat(Table.row(FINDING, Plan.full()))
                .isEqualTo(
                        "| 100m_bf16_b1_c256 | 80.0 (40.0-100) | 40.0 (20.0-50.0) | 2.00 | n/a |  |"
                                + " 10.0 (5.0-12.5) *100 | 8.00 | 20.0 | 80 |");
    }

    @Test
    void results_name_shape_type_batch_and_context() throws IOException {
        assertThat(table().results())
                .containsExactly(
                        "RESULT bandwidth_pct_100m_bf16=80.000",
                        "RESULT vs_llamacpp_100m_bf16_b1_c256=2.000",
                        "RESULT vs_eager_100m_bf16_b1_c256=8.000");
    }

    @Test
    void what_is_not_available_stands_beside_the_table_with_its_reason() throws IOException {
        assertThat(table().markdown("a machine", Plan.full()))
                .startsWith("a machine.\nTimed steps at each point: 256, in 16 turns.")
                .contains(
                        "- n/a, jlama: no bf16 (100m_bf16_b1_c256)\n",
                        "no AVX-512 and no AMX code");
    }

    @Test
    void a_batch_s_rate_counts_all_its_sequences() {
        var four = new Finding("2m_f32_b4_c256", FINDING.read(), Map.of("ours", measured(8, 256)));

        assertThat(Table.row(four, Plan.full())).contains("| 500 (250-625) |");
    }
}
