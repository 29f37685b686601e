package dev.millrace.workers.train.energy;

import dev.millrace.workers.energy.Ledger;
import dev.millrace.workers.energy.Meters;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.text.kernels.DecoderKernels.Step;
import dev.millrace.workers.text.kernels.Logits;
import dev.millrace.workers.text.kernels.vector.VectorKernels;
import dev.millrace.workers.text.kernels.vector.WeightType;
import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.kv.KvLayout;
import dev.millrace.workers.text.kv.eco.Tailing;
import dev.millrace.workers.text.model.ModelDirectory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A decoder in f32 that tells what its steps cost, after texts of any length. */
final class MeteredDecoder implements AutoCloseable {
    private final ModelDirectory model;
    private final Ledger attention = new Ledger();
    private final Ledger rest = new Ledger();
    private final VectorKernels kernels;
    private final Logits logits = new Logits();

    MeteredDecoder(ModelDirectory model) {
        this.model = model;
        this.kernels =
                new VectorKernels(
                        model, WeightType.F32, ElementType.F32, new Meters(attention, rest));
    }

    /** What one step has cost. */
    record Cost(Ledger attention, Ledger rest) {
        Ledger whole() {
            return attention.plus(rest);
        }
    }

    /** Of the step at a position: counted while it was computed. */
    Cost cost(int position, Optional<Tailing> tailing) {
        try (var cache = filled(position, 1, tailing)) {
            attention.clear();
            rest.clear();
            kernels.decode(List.of(new Step(cache, 0)), logits);
            return new Cost(attention.plus(new Ledger()), rest.plus(new Ledger()));
        }
    }

    /** The times in milliseconds of some steps from a position on. */
    List<Double> times(int position, int steps, Optional<Tailing> tailing) {
        var times = new ArrayList<Double>();
        try (var cache = filled(position, steps, tailing)) {
            for (int step = 0; step < steps; step++) {
                long began = System.nanoTime();
                kernels.decode(List.of(new Step(cache, 0)), logits);
                times.add((System.nanoTime() - began) / 1e6);
            }
        }
        return times;
    }

    /** Bytes that a job of so many tokens holds. */
    long bytes(int tokens, Optional<Tailing> tailing) {
        var usual = KvLayout.of(model.config(), ElementType.F32);
        return tailing.map(some -> keeping(usual, some).bytes(tokens) + some.bytes())
                .orElseGet(() -> usual.bytes(tokens));
    }

    private static KvLayout keeping(KvLayout usual, Tailing some) {
        return usual.keeping(some.settings().rows(), some.layers());
    }

    /**
     * Memory that holds so many tokens: keys and values of zeros, which cost what others do, and
     * where there are tails some real ones, so that there is something in them.
     */
    private KvCache filled(int position, int more, Optional<Tailing> tailing) {
        var store = kernels.newKvStore(Long.MAX_VALUE);
        var layout = tailing.map(some -> keeping(store.layout(), some)).orElse(store.layout());
        var cache = store.allocate(layout, position + more, 0).orElseThrow();
        for (int layer = 0; layer < model.config().layers(); layer++) {
            Tensors.memory(cache.keys(layer)).fill((byte) 0);
            Tensors.memory(cache.values(layer)).fill((byte) 0);
        }
        tailing.ifPresent(some -> {
            cache.keepTails(some.newTails());
            int real = Math.min(position, some.settings().rows() + 1);
            for (int token = 0; token < real; token++) {
                kernels.decode(
                        List.of(new Step(cache, token % model.config().vocabulary())), logits);
            }
        });
        if (cache.length() < position) {
            cache.take(position - cache.length());
        }
        return cache;
    }

    @Override
    public void close() {
        kernels.close();
    }
}
