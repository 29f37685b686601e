package dev.millrace.workers.text.kernels;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.workers.tensor.Safetensors;
import dev.millrace.workers.text.Decoders;
import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.model.ModelDirectory;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.function.Function;
import java.util.stream.IntStream;

/** One folder: a model and what the reference computed with it for a left-padded batch. */
final class DecoderCase implements AutoCloseable {
    private static final float ABSOLUTE = 2e-4f;
    private static final float RELATIVE = 1e-4f;

    final ModelDirectory model;
    final Safetensors numbers;
    private final long[] mask;
    final int rows;
    private final int width;
    final int steps;

    DecoderCase(Path path) {
        model = ModelDirectory.open(path, Decoders.ALL);
        numbers = Safetensors.open(path.resolve("golden.safetensors"));
        mask = numbers.longs("batch.attention_mask");
        rows = Math.toIntExact(numbers.entry("batch.input_ids").shape().getFirst());
        width = Math.toIntExact(numbers.entry("batch.input_ids").shape().getLast());
        steps = Math.toIntExact(numbers.entry("batch.greedy_ids").shape().getLast());
    }

    /**
     * The row without its padding: a padded row is defined to be that sequence at its own
     * positions.
     */
    int[] prompt(int row) {
        long[] ids = numbers.longs("batch.input_ids");
        return IntStream.range(row * width, (row + 1) * width)
                .filter(i -> mask[i] == 1)
                .map(i -> Math.toIntExact(ids[i]))
                .toArray();
    }

    int[] greedy(int row) {
        long[] ids = numbers.longs("batch.greedy_ids");
        return IntStream.range(row * steps, (row + 1) * steps)
                .map(i -> Math.toIntExact(ids[i]))
                .toArray();
    }

    KvCache newSequence(DecoderKernels kernels, int tokens) {
        return kernels.newKvStore(Long.MAX_VALUE).allocate(tokens).orElseThrow();
    }

    /** The batch's values of a row where the mask is one. */
    float[] expected(int row, String key) {
        float[] all = numbers.floats("batch." + key);
        int columns = all.length / mask.length;
        var kept = new float[prompt(row).length * columns];
        int at = 0;
        for (int i = row * width; i < (row + 1) * width; i++) {
            if (mask[i] == 1) {
                System.arraycopy(all, i * columns, kept, at, columns);
                at += columns;
            }
        }
        return kept;
    }

    void assertRow(int row, String key, float... actual) {
        assertClose("row " + row + " " + key, actual, expected(row, key));
        if (numbers.contains("single" + row + "." + key)) {
            assertClose(
                    "single" + row + "." + key, actual, numbers.floats("single" + row + "." + key));
        }
    }

    void assertGreedyLogits(int row, int step, float... actual) {
        float[] all = numbers.floats("batch.greedy_step_logits");
        int from = (row * steps + step) * actual.length;
        assertClose(
                "row " + row + " step " + step,
                actual,
                Arrays.copyOfRange(all, from, from + actual.length));
    }

    @Override
    public void close() {
        numbers.close();
        model.close();
    }

    private static void assertClose(String what, float[] actual, float[] expected) {
        assertThat(actual).as(what).hasSameSizeAs(expected);
        Function<Integer, Boolean> isClose =
                i ->
                        Math.abs(actual[i] - expected[i])
                                <= ABSOLUTE + RELATIVE * Math.abs(expected[i]);
        var far =
                IntStream.range(0, actual.length)
                        .boxed()
                        .filter(i -> !isClose.apply(i))
                        .findFirst();
        far.ifPresent(i -> assertThat(actual[i]).as("%s [%d]", what, i).isEqualTo(expected[i]));
    }
}
