package dev.millrace.workers.train.energy;

import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.text.kernels.DecoderKernels.Step;
import dev.millrace.workers.text.kernels.Logits;
import dev.millrace.workers.text.kernels.SharedWeights;
import dev.millrace.workers.text.kernels.vector.VectorKernels;
import dev.millrace.workers.text.kernels.vector.WeightType;
import dev.millrace.workers.text.kv.KvLayout;
import dev.millrace.workers.text.kv.Look;
import dev.millrace.workers.text.kv.chunk.ChunkAdapters;
import dev.millrace.workers.text.model.DecoderConfig;
import dev.millrace.workers.text.model.ModelDirectory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.DoubleSupplier;

/**
 * A decoder in f32 whose steps are timed, after texts of any length. Nothing is counted meanwhile,
 * and adapters are not applied where nothing is selected.
 */
final class TimedDecoder implements AutoCloseable {
    /** Steps before those that are timed: the text has just been written, through all caches. */
    private static final int SETTLING = 32;

    private final DecoderConfig config;
    private final VectorKernels plain;
    private final VectorKernels selecting;
    private final Logits logits = new Logits();

    TimedDecoder(ModelDirectory model, ChunkAdapters adapters) {
        this.config = model.config();
        this.plain = new VectorKernels(model, WeightType.F32, ElementType.F32);
        this.selecting =
                new VectorKernels(
                        model,
                        WeightType.F32,
                        ElementType.F32,
                        SharedWeights.NONE,
                        Optional.of(adapters));
    }

    /** The times in milliseconds of some steps soon after a position. */
    List<Double> times(int position, int steps, Look look) {
        return spent(position, steps, look, () -> System.nanoTime() / 1e6);
    }

    /**
     * What each of some steps soon after a position has spent.
     *
     * @param counter says what has been spent so far
     */
    List<Double> spent(int position, int steps, Look look, DoubleSupplier counter) {
        var kernels = look.selects() ? selecting : plain;
        var spent = new ArrayList<Double>();
        try (var cache = new UnreadText(config, kernels).of(position, SETTLING + steps, look)) {
            for (int step = 0; step < SETTLING; step++) {
                kernels.decode(List.of(new Step(cache, 0)), logits);
            }
            for (int step = 0; step < steps; step++) {
                double before = counter.getAsDouble();
                kernels.decode(List.of(new Step(cache, 0)), logits);
                spent.add(counter.getAsDouble() - before);
            }
        }
        return spent;
    }

    /** Bytes that a job of so many tokens holds. */
    long bytes(int tokens, Look look) {
        return look.bytes(KvLayout.of(config, ElementType.F32), tokens);
    }

    @Override
    public void close() {
        selecting.close();
        plain.close();
    }
}
