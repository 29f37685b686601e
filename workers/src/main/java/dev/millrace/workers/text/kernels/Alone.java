package dev.millrace.workers.text.kernels;

import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.kv.KvStore;

import java.util.List;

/**
 * Computes each sequence of a batch by itself.
 *
 * <p>A matrix product may round a row differently for every number of rows beside it, so in a
 * shared batch a sequence's numbers depend on its neighbours. Alone they depend on its own tokens
 * only, and whoever continues it gets the same bits.
 */
public final class Alone implements DecoderKernels {
    private final DecoderKernels kernels;
    private final Logits single = new Logits();

    public Alone(DecoderKernels kernels) {
        this.kernels = kernels;
    }

    @Override
    public KvStore newKvStore(long limitBytes) {
        return kernels.newKvStore(limitBytes);
    }

    @Override
    public void prefill(KvCache sequence, int[] tokens, Logits logits) {
        kernels.prefill(sequence, tokens, logits);
    }

    @Override
    public void decode(List<Step> batch, Logits logits) {
        for (int i = 0; i < batch.size(); i++) {
            kernels.decode(List.of(batch.get(i)), single);
            float[] row = single.row(0);
            logits.set(i, batch.size(), row, 0, row.length);
        }
    }

    @Override
    public Activations trace(KvCache sequence, int[] tokens) {
        return kernels.trace(sequence, tokens);
    }

    @Override
    public void close() {
        kernels.close();
    }
}
