package dev.millrace.bench;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.bench.arms.Peer;

import org.junit.jupiter.api.Test;

import java.util.List;

final class PlanTest {
    @Test
    void the_whole_table_has_every_shape_type_and_batch_at_256_and_the_long_contexts() {
        var ids = Plan.full().cells().stream().map(Cell::id).toList();

        assertThat(ids).doesNotHaveDuplicates().hasSize(4 * 3 * 3 + 4 * 3 + 2 * 3 + 2 * 3 + 3);
        assertThat(ids)
                .contains(
                        "350m_int8_b16_c256",
                        "350m_f32_b1_c8192",
                        "25m_bf16_b16_c8192",
                        "25m_f32_b1_c32768",
                        "2m_int8_b1_c122880")
                .doesNotContain("100m_bf16_b16_c8192", "100m_bf16_b1_c32768");
    }

    @Test
    void a_point_of_the_whole_table_is_the_median_of_at_least_256_steps() {
        assertThat(Plan.full().turns() * Plan.full().steps()).isGreaterThanOrEqualTo(256);
    }

    @Test
    void a_quick_run_measures_the_bandwidth_at_the_large_shapes_too() {
        assertThat(Plan.quick().cells().stream().map(Cell::id))
                .contains("25m_bf16_b1_c256", "100m_bf16_b1_c256", "350m_bf16_b1_c256");
    }

    @Test
    void every_cell_of_the_whole_table_fits_12_gb() {
        assertThat(Plan.full().cells())
                .allMatch(cell -> cell.bytes(List.of(Peer.values())) < 12_000_000_000L);
    }
}
