package dev.millrace.workers.text.kernels.torch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.LiveArrays;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.text.kernels.DecoderKernels.Step;
import dev.millrace.workers.text.kernels.Logits;
import dev.millrace.workers.text.kernels.RandomModel;
import dev.millrace.workers.text.kv.KvStore;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

class TorchKernelsTest {
    @TempDir private Path folder;

    @BeforeEach
    void prepareThread() {
        Torch.useThreads(1);
        Torch.prepareThread();
    }

    @Test
    void many_sequences_leave_no_native_array_behind() throws IOException {
        try (var model = RandomModel.in(folder, 3, ElementType.F32);
                var kernels = new TorchKernels(model, Devices.cpu(), ElementType.F32)) {
            var store = kernels.newKvStore(Long.MAX_VALUE);
            live(kernels, store);
            int before = LiveArrays.in(kernels.scope());
            for (int i = 0; i < 50; i++) {
                live(kernels, store);
            }

            assertThat(LiveArrays.in(kernels.scope())).isEqualTo(before);
            assertThat(store.usedBytes()).isZero();
        }
    }

    @Test
    void a_full_cache_refuses_another_token_before_any_memory_is_touched() throws IOException {
        try (var model = RandomModel.in(folder, 3, ElementType.F32);
                var kernels = new TorchKernels(model, Devices.cpu(), ElementType.F32);
                var cache = kernels.newKvStore(Long.MAX_VALUE).allocate(2).orElseThrow()) {
            kernels.prefill(cache, new int[] {1, 2}, new Logits());

            assertThatThrownBy(() -> kernels.decode(List.of(new Step(cache, 3)), new Logits()))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("at 2 of 2");
        }
    }

    @Test
    void types_that_are_not_computed_in_are_refused() throws IOException {
        try (var model = RandomModel.in(folder, 3, ElementType.F32)) {
            assertThatThrownBy(() -> new TorchKernels(model, Devices.cpu(), ElementType.F16))
                    .hasMessageContaining("F16");
            assertThatThrownBy(() ->
                            new TorchKernels(
                                    model,
                                    Devices.cpu(),
                                    ElementType.F32,
                                    ElementType.I32,
                                    Optional.empty()))
                    .hasMessageContaining("I8, not in I32");
        }
    }

    private static void live(TorchKernels kernels, KvStore store) {
        try (var cache = store.allocate(16).orElseThrow()) {
            var logits = new Logits();
            kernels.prefill(cache, new int[] {1, 2, 3}, logits);
            kernels.decode(List.of(new Step(cache, 4)), logits);
        }
    }
}
