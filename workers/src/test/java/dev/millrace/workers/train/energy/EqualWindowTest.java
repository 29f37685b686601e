package dev.millrace.workers.train.energy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.workers.text.kv.chunk.ChunkSettings;
import dev.millrace.workers.text.kv.eco.EcoSettings;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EqualWindowTest {
    @ParameterizedTest
    @CsvSource({"3, 0", "4, 4", "7, 2", "13, 0", "64, 4", "256, 4", "1000, 0", "4096, 16"})
    void with_a_little_more_or_less_of_the_open_chunk_as_many_tokens_are_seen(
            int window, int sinks) {
        var eco = new EcoSettings(window, sinks);

        var chunk = EqualWindow.of(eco, ChunkSettings.BEST);

        int whole = chunk.longest() * (1 + chunk.most() + chunk.local());
        assertThat(whole + 1).isLessThanOrEqualTo(eco.rows());
        assertThat(whole + chunk.longest()).isGreaterThanOrEqualTo(eco.rows());
    }

    @Test
    void the_usual_window_is_twenty_one_chunks_and_the_open_one() {
        var chunk = EqualWindow.of(EcoSettings.USUAL, ChunkSettings.BEST);

        assertThat(chunk.longest()).isEqualTo(12);
        assertThat(chunk.most()).isEqualTo(19);
        assertThat(chunk.local()).isEqualTo(1);
        assertThat(chunk.denseBelow()).isZero();
    }

    @Test
    void how_is_selected_stays_as_it_is() {
        for (var usual : new ChunkSettings[] {ChunkSettings.BEST, ChunkSettings.PAPER}) {
            var chunk = EqualWindow.of(EcoSettings.USUAL, usual);

            assertThat(chunk.keys()).isEqualTo(usual.keys());
            assertThat(chunk.vote()).isEqualTo(usual.vote());
            assertThat(chunk.triggers()).isEqualTo(usual.triggers());
            assertThat(chunk.threshold()).isEqualTo(usual.threshold());
            assertThat(chunk.shortest()).isEqualTo(usual.shortest());
        }
        var newest = EqualWindow.of(EcoSettings.USUAL, ChunkSettings.BEST.withMost(0, 256));
        assertThat(newest.most()).isZero();
        assertThat(newest.local()).isEqualTo(20);
    }
}
