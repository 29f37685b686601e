package dev.millrace.workers.tensor;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.engine.Engine;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.function.UnaryOperator;

/** Numbers that are still there when gradients come back. */
class GradientsTest {
    private static final int BUFFERS = 2000;

    private NDManager manager;

    @BeforeEach
    void prepare() {
        Torch.useThreads(1);
        Torch.prepareThread();
        manager = Torch.newScope(Devices.cpu());
    }

    @AfterEach
    void close() {
        manager.close();
    }

    /** The gradient of the sum at each value, after the garbage collector has had its turn. */
    private float[] gradient(UnaryOperator<NDArray> function, float... values) {
        try (var x = Tensors.floats(manager, values, values.length)) {
            x.setRequiresGradient(true);
            try (var collector = Engine.getInstance().newGradientCollector()) {
                var sum = function.apply(x).sum();
                collectGarbage();
                collector.backward(sum);
            }
            return x.getGradient().toFloatArray();
        }
    }

    /** Lets memory that nobody holds be used again, for something that is no number. */
    private static void collectGarbage() {
        System.gc();
        var buffers = new ArrayList<ByteBuffer>();
        for (int i = 0; i < BUFFERS; i++) {
            var buffer = ByteBuffer.allocateDirect(Float.BYTES);
            buffer.putInt(0, -1);
            buffers.add(buffer);
        }
        assertThat(buffers).hasSize(BUFFERS);
    }

    @Test
    void a_product_with_a_number_passes_that_number_back() {
        for (int i = 0; i < 20; i++) {
            float factor = 3 + i;

            assertThat(gradient(x -> Gradients.times(x, factor), 1, -2))
                    .containsExactly(factor, factor);
        }
    }

    @Test
    void between_two_numbers_all_passes_and_beyond_them_nothing() {
        var bounded =
                Gradients.between(Tensors.floats(manager, new float[] {-3, 0.5f, 3}, 3), -1, 2);

        assertThat(bounded.toFloatArray()).containsExactly(-1, 0.5f, 2);
        assertThat(gradient(x -> Gradients.between(x, -1, 2), -3, -1, 0.5f, 2, 3))
                .containsExactly(0, 1, 1, 1, 0);
    }
}
