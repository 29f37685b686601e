package dev.millrace.workers.eco;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.index.NDIndex;

import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Safetensors;
import dev.millrace.workers.tensor.SafetensorsWriter;
import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.tensor.Torch;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SplittableRandom;

class EcoAttentionTest {
    private static final int WIDTH = 12;
    private static final int HEADS = 2;
    private static final int BITS = 5;
    private static final int ANCHORS = 4;
    private static final int TOKENS = 9;
    private static final HashLearning QUICK = new HashLearning(3, 20, 0.05, 0.9);

    @TempDir private Path folder;
    private NDManager scope;

    @BeforeEach
    void prepare() {
        Torch.useThreads(1);
        Torch.prepareThread();
        scope = Torch.newScope(Devices.cpu());
    }

    @AfterEach
    void close() {
        scope.close();
    }

    private static Map<String, long[]> shapes() {
        var shapes = new LinkedHashMap<String, long[]>();
        for (var name : new String[] {"to_qk", "to_v", "proj"}) {
            shapes.put(name + ".weight", new long[] {WIDTH, WIDTH});
            shapes.put(name + ".bias", new long[] {WIDTH});
        }
        shapes.put("fast_attention.ksh.A", new long[] {HEADS, BITS, ANCHORS});
        shapes.put("fast_attention.ksh.mvec", new long[] {1, HEADS, 1, ANCHORS});
        shapes.put("fast_attention.ksh.anchor", new long[] {1, HEADS, ANCHORS, WIDTH / HEADS});
        return shapes;
    }

    private EcoAttention read(Map<String, long[]> shapes, float first) throws IOException {
        var file = folder.resolve("block.safetensors");
        var random = new SplittableRandom(3);
        var writer = new SafetensorsWriter();
        shapes.forEach((name, shape) -> {
            float[] values = normals(random, shape);
            values[0] = name.equals("fast_attention.ksh.A") ? first : values[0];
            writer.add(name, ElementType.F32, values, shape);
        });
        writer.writeTo(file);
        try (var files = Safetensors.open(file)) {
            return EcoAttention.read(scope, files, "", Numerator.CONSISTENT);
        }
    }

    private static float[] normals(SplittableRandom random, long... shape) {
        int size = 1;
        for (long extent : shape) {
            size *= (int) extent;
        }
        var values = new float[size];
        for (int i = 0; i < size; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    private NDArray normal(long seed, long... shape) {
        return Tensors.floats(scope, normals(new SplittableRandom(seed), shape), shape);
    }

    @Test
    void with_the_consistent_numerator_what_is_attended_is_a_mean_of_the_values()
            throws IOException {
        var block = read(shapes(), 1);

        var pass = block.forward(normal(1, 2, TOKENS, WIDTH));

        var similarities = pass.codes().matMul(pass.codes().transpose(0, 1, 3, 2)).add(BITS + 1);
        assertThat(similarities.min().getFloat()).isGreaterThanOrEqualTo(1);
        var shares = similarities.div(similarities.sum(new int[] {3}, true));
        var mean = shares.matMul(pass.values());
        assertThat(pass.attended().sub(mean).abs().max().getFloat()).isLessThan(1e-5f);
    }

    @Test
    void a_block_is_read_as_it_was_written() throws IOException {
        var block = read(shapes(), 1);
        var file = folder.resolve("again.safetensors");
        var writer = new SafetensorsWriter();

        EcoTensors.write(writer, "stage.", block);
        writer.writeTo(file);

        try (var files = Safetensors.open(file)) {
            var again = EcoAttention.read(scope, files, "stage.", Numerator.CONSISTENT);
            var x = normal(1, 1, TOKENS, WIDTH);
            assertThat(again.forward(x).output()).isEqualTo(block.forward(x).output());
        }
    }

    @Test
    void hash_tensors_of_another_shape_are_refused() {
        refuses(
                "fast_attention.ksh.anchor",
                "shape must be [1, 2, 4, 6], was [1, 2, 4, 5]",
                1,
                2,
                4,
                5);
        refuses("fast_attention.ksh.mvec", "shape must be [1, 2, 1, 4], was [1, 2, 4]", 1, 2, 4);
        refuses("fast_attention.ksh.A", "shape must be [heads, bits, anchors], was [5, 4]", 5, 4);
        refuses("fast_attention.ksh.A", "width must be a multiple of heads 5, was 12", 5, 5, 4);
        refuses("to_v.weight", "shape must be [12, 12], was [12, 6]", 12, 6);
    }

    private void refuses(String tensor, String message, long... shape) {
        var shapes = shapes();
        shapes.put(tensor, shape);
        assertThatThrownBy(() -> read(shapes, 1))
                .isInstanceOf(BadModelException.class)
                .hasMessageContaining("block.safetensors: tensor")
                .hasMessageContaining(tensor)
                .hasMessageContaining(message);
    }

    @Test
    void a_missing_hash_and_values_that_are_no_numbers_are_refused() {
        var shapes = shapes();
        shapes.remove("fast_attention.ksh.mvec");

        assertThatThrownBy(() -> read(shapes, 1))
                .isInstanceOf(BadModelException.class)
                .hasMessageEndingWith("tensor fast_attention.ksh.mvec is missing");
        assertThatThrownBy(() -> read(shapes(), Float.NaN))
                .isInstanceOf(BadModelException.class)
                .hasMessageEndingWith(
                        "tensor fast_attention.ksh.A: values must be finite, one is NaN");
    }

    @Test
    void a_token_without_a_code_is_refused() throws IOException {
        var block = read(shapes(), 1);
        var x = normal(1, 1, TOKENS, WIDTH);
        x.set(new NDIndex("0, 2, 1"), Float.NaN);

        assertThatThrownBy(() -> block.forward(x))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("codes must be numbers, 90 of 90 bits are NaN");
    }

    @Test
    void a_hash_that_has_learned_says_more_of_what_is_near_than_a_random_one() {
        var unit = KernelHash.unit(normal(4, 2, HEADS, TOKENS, 6));
        var start = normal(5, HEADS, BITS, ANCHORS);
        long[] chosen = {0, 3, 5, 8};
        var untaught = new HashLearning(3, 0, 0.05, 0.9);

        var random = untaught.learn(unit, chosen, start, _ -> {});
        var learned = QUICK.learn(unit, chosen, start, _ -> {});

        assertThat(random.vectors()).isEqualTo(start);
        assertThat(agreement(unit, learned)).isGreaterThan(agreement(unit, random));
    }

    /** How much codes agree where they should, less where they should not. */
    private static float agreement(NDArray unit, KernelHash hash) {
        var codes = KernelHash.codes(hash.beforeSign(KernelHash.kernel(unit, hash.anchors())));
        var similarities = codes.matMul(codes.transpose(0, 1, 3, 2));
        return similarities.mul(QUICK.similarities(unit)).sum().getFloat();
    }

    @Test
    void what_cannot_be_learned_from_is_refused() {
        var unit = KernelHash.unit(normal(4, 1, HEADS, TOKENS, 6));
        var start = normal(5, HEADS, BITS, ANCHORS);

        assertThatThrownBy(() -> QUICK.learn(unit, new long[] {0, 1, 2}, start, _ -> {}))
                .hasMessageContaining("vectors must be [heads, bits, anchors]");
        assertThatThrownBy(() -> QUICK.learn(unit, new long[] {0, 1, 2, 9}, start, _ -> {}))
                .hasMessage("anchors must be tokens 0..8, one was 9");
        assertThatThrownBy(() ->
                        HashLearning.OFFICIAL.learn(unit, new long[] {0, 1, 2, 3}, start, _ -> {}))
                .hasMessage("neighbours must be 1..9, the tokens there are, was 10");
        assertThatThrownBy(() ->
                        QUICK.learn(unit.mul(Float.NaN), new long[] {0, 1, 2, 3}, start, _ -> {}))
                .hasMessage("tokens must be finite and have a length, some are NaN");
        assertThatThrownBy(() -> new HashLearning(3, 10, 0, 0.9))
                .hasMessage("rate must be positive and momentum 0 to below 1, were 0.0 and 0.9");
    }
}
