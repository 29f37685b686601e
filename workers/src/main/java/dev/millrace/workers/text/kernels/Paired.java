package dev.millrace.workers.text.kernels;

import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.kv.KvStore;

import java.util.List;

/**
 * Two implementations that write the same caches: prompts and wide batches go through one, narrow
 * batches, those in which a sequence selects what it attends to, and all of sequences that keep
 * tails through the other.
 */
public final class Paired implements DecoderKernels {
    private final DecoderKernels wide;
    private final DecoderKernels narrow;
    private final int crossover;

    /**
     * Takes both over and closes them with itself.
     *
     * @param wide makes the caches
     * @param narrow reads and writes caches that {@code wide} made
     * @param crossover the smallest batch that {@code wide} decodes
     */
    public Paired(DecoderKernels wide, DecoderKernels narrow, int crossover) {
        this.wide = wide;
        this.narrow = narrow;
        this.crossover = crossover;
    }

    @Override
    public KvStore newKvStore(long limitBytes) {
        return wide.newKvStore(limitBytes);
    }

    @Override
    public void prefill(KvCache sequence, int[] tokens, Logits logits) {
        (hasTails(sequence) ? narrow : wide).prefill(sequence, tokens, logits);
    }

    @Override
    public void decode(List<Step> batch, Logits logits) {
        boolean isNarrow =
                batch.size() < crossover
                        || batch.stream().map(Step::sequence).anyMatch(Paired::isNarrow);
        (isNarrow ? narrow : wide).decode(batch, logits);
    }

    private static boolean isNarrow(KvCache sequence) {
        return sequence.chunks().isPresent() || hasTails(sequence);
    }

    /** Its codes must come from the same kernels for a prompt's tokens as for an answer's. */
    private static boolean hasTails(KvCache sequence) {
        return sequence.tails().isPresent();
    }

    @Override
    public Activations trace(KvCache sequence, int[] tokens) {
        return (hasTails(sequence) ? narrow : wide).trace(sequence, tokens);
    }

    /** The narrow one first: it may read the wide one's weights. */
    @Override
    public void close() {
        narrow.close();
        wide.close();
    }
}
