package dev.millrace.workers.text.kv;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.text.kernels.RandomAdapters;
import dev.millrace.workers.text.kernels.RandomHashes;
import dev.millrace.workers.text.kernels.RandomModel;
import dev.millrace.workers.text.kv.chunk.ChunkAdapters;
import dev.millrace.workers.text.kv.chunk.ChunkSettings;
import dev.millrace.workers.text.kv.chunk.Selecting;
import dev.millrace.workers.text.kv.eco.EcoSettings;
import dev.millrace.workers.text.kv.eco.Tailing;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** Each way to look takes its memory, all of it. */
class LookTest {
    private static final EcoSettings SHORT = new EcoSettings(11, 2);
    private static final int TOKENS = 100;

    @TempDir private Path folder;
    private NDManager manager;
    private KvLayout layout;
    private Look.Selected selected;
    private Look.Tailed tailed;

    @BeforeEach
    void open() throws IOException {
        Torch.prepareThread();
        manager = Torch.newScope(Devices.cpu());
        try (var model = RandomModel.in(folder, 3, ElementType.F32)) {
            var config = model.config();
            layout = KvLayout.of(config, ElementType.F32);
            RandomAdapters.in(folder, config);
            var adapters = ChunkAdapters.read(folder.resolve(ChunkAdapters.FILE), config);
            selected = new Look.Selected(new Selecting(ChunkSettings.BEST, adapters));
            tailed = new Look.Tailed(new Tailing(SHORT, RandomHashes.in(folder, config)));
        }
    }

    @AfterEach
    void close() {
        manager.close();
    }

    private KvStore store(long limit) {
        return new KvStore(manager, new Tensors(manager), layout, limit);
    }

    @Test
    void what_is_taken_is_what_was_said_and_comes_back() {
        for (var look : List.of(new Look.Whole(), selected, tailed)) {
            long bytes = look.bytes(layout, TOKENS);
            var store = store(bytes);

            assertThat(store(bytes - 1))
                    .satisfies(less -> {
                        assertThat(look.take(less, TOKENS)).isEmpty();
                    });
            look.take(store, TOKENS).orElseThrow().close();
            try (var cache = look.take(store, TOKENS).orElseThrow()) {
                assertThat(store.usedBytes()).isEqualTo(bytes);
                assertThat(cache.capacity()).isEqualTo(TOKENS);
            }
            assertThat(store.usedBytes()).isZero();
        }
    }

    @Test
    void memory_is_ready_for_the_way_to_look() {
        var store = store(Long.MAX_VALUE);
        try (var whole = new Look.Whole().take(store, TOKENS).orElseThrow();
                var some = selected.take(store, TOKENS).orElseThrow();
                var few = tailed.take(store, TOKENS).orElseThrow()) {
            assertThat(whole.chunks()).isEmpty();
            assertThat(whole.tails()).isEmpty();
            assertThat(some.chunks()).isPresent();
            assertThat(some.tails()).isEmpty();
            assertThat(few.chunks()).isEmpty();
            assertThat(few.tails()).isPresent();
            for (int layer : tailed.tailing().layers()) {
                assertThat(few.rows(layer)).isEqualTo(SHORT.rows());
                assertThat(some.rows(layer)).isEqualTo(TOKENS);
            }
        }
    }

    @Test
    void only_with_tails_a_longer_text_takes_no_more() {
        assertThat(tailed.bytes(layout, 5000)).isEqualTo(tailed.bytes(layout, 500));
        assertThat(new Look.Whole().bytes(layout, 5000))
                .isGreaterThan(new Look.Whole().bytes(layout, 500));
        assertThat(selected.bytes(layout, 5000))
                .isGreaterThan(new Look.Whole().bytes(layout, 5000));
    }
}
