package dev.millrace.workers.train.energy;

import dev.millrace.workers.energy.Ledger;
import dev.millrace.workers.energy.Meters;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.text.kernels.DecoderKernels.Step;
import dev.millrace.workers.text.kernels.Logits;
import dev.millrace.workers.text.kernels.vector.VectorKernels;
import dev.millrace.workers.text.kernels.vector.WeightType;
import dev.millrace.workers.text.kv.Look;
import dev.millrace.workers.text.model.ModelDirectory;

import java.util.List;

/** A decoder in f32 that tells what its steps cost, after texts of any length. */
final class MeteredDecoder implements AutoCloseable {
    private final Ledger attention = new Ledger();
    private final Ledger rest = new Ledger();
    private final VectorKernels kernels;
    private final UnreadText text;
    private final Logits logits = new Logits();

    MeteredDecoder(ModelDirectory model) {
        this.kernels =
                new VectorKernels(
                        model, WeightType.F32, ElementType.F32, new Meters(attention, rest));
        this.text = new UnreadText(model.config(), kernels);
    }

    /** What one step has cost. */
    record Cost(Ledger attention, Ledger rest) {
        Ledger whole() {
            return attention.plus(rest);
        }
    }

    /**
     * Of the step at a position: counted while it was computed.
     *
     * @param look at everything, or at tails; what chunks are selected with is not counted
     */
    Cost cost(int position, Look look) {
        try (var cache = text.of(position, 1, look)) {
            attention.clear();
            rest.clear();
            kernels.decode(List.of(new Step(cache, 0)), logits);
            return new Cost(attention.plus(new Ledger()), rest.plus(new Ledger()));
        }
    }

    @Override
    public void close() {
        kernels.close();
    }
}
