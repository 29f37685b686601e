package dev.millrace.workers.text.kv;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDManager;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.tensor.Torch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.List;

/** Two heads of four numbers; one layer that sees everything, one that sees five positions. */
class KvCacheTest {
    private static final long BYTES_OF_A_ROW = 2L * 2 * 4 * Float.BYTES;

    private NDManager manager;
    private KvStore store;

    @BeforeEach
    void open() {
        Torch.prepareThread();
        manager = Torch.newScope(Devices.cpu());
        var layout = new KvLayout(List.of(0, 5), 2, 4, ElementType.F32);
        store = new KvStore(manager, new Tensors(manager), layout, 105 * BYTES_OF_A_ROW);
    }

    @AfterEach
    void close() {
        manager.close();
    }

    @Test
    void a_layer_with_a_window_has_rows_for_it_alone() {
        try (var cache = store.allocate(100).orElseThrow()) {
            assertThat(cache.keys(0).getShape().get(1)).isEqualTo(100);
            assertThat(cache.values(1).getShape().get(1)).isEqualTo(5);
            assertThat(cache.rows(1)).isEqualTo(5);
            assertThat(store.usedBytes()).isEqualTo(105 * BYTES_OF_A_ROW);
        }
    }

    @Test
    void a_sequence_shorter_than_the_window_has_rows_for_its_tokens() {
        try (var cache = store.allocate(3).orElseThrow()) {
            assertThat(cache.rows(1)).isEqualTo(3);
            assertThat(store.usedBytes()).isEqualTo(6 * BYTES_OF_A_ROW);
        }
    }

    @Test
    void what_may_be_forgotten_takes_rows_too() {
        assertThat(store.allocateForgetting(100, 2)).isEmpty();
        try (var cache = store.allocateForgetting(90, 7).orElseThrow()) {
            assertThat(cache.rows(1)).isEqualTo(12);
            assertThat(store.usedBytes()).isEqualTo(102 * BYTES_OF_A_ROW);
        }
        assertThat(store.usedBytes()).isZero();
    }

    @Test
    void tokens_are_forgotten_as_far_as_the_memory_was_taken_for() {
        try (var cache = store.allocateForgetting(50, 3).orElseThrow()) {
            cache.take(40);
            cache.forgetFrom(38);
            cache.take(1);
            cache.forgetFrom(37);

            assertThatThrownBy(() -> cache.forgetFrom(36))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("from 36 on, held 40 tokens and may forget 3");
            assertThat(cache.length()).isEqualTo(37);
        }
    }

    @Test
    void tokens_that_no_window_has_passed_can_always_be_forgotten() {
        try (var cache = store.allocate(50).orElseThrow()) {
            cache.take(5);
            cache.forgetFrom(1);

            cache.take(5);
            assertThatIllegalStateException().isThrownBy(() -> cache.forgetFrom(5));
        }
    }

    @Test
    void all_can_be_forgotten() {
        try (var cache = store.allocate(50).orElseThrow()) {
            cache.take(40);
            cache.forgetFrom(0);
            cache.take(4);
            cache.forgetFrom(2);

            assertThat(cache.length()).isEqualTo(2);
        }
    }
}
