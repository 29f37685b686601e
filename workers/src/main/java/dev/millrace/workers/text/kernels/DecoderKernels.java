package dev.millrace.workers.text.kernels;

import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.kv.KvStore;

import java.util.List;

/**
 * A loaded decoder: turns tokens into logits and writes what it computed into the sequences'
 * caches.
 *
 * <p>Two paths lead forward. {@code prefill} takes many tokens of one sequence, {@code decode} one
 * token of each of many. They may round differently, so a sequence that is continued elsewhere must
 * take the same path for each token again.
 */
public interface DecoderKernels extends AutoCloseable {
    /** A store of sequences' memory in the layout these kernels write. */
    KvStore newKvStore(long limitBytes);

    /** Appends tokens to a sequence; row 0 of {@code logits} is what follows the last of them. */
    void prefill(KvCache sequence, int[] tokens, Logits logits);

    /** Appends one token to each sequence; row i of {@code logits} is what follows in step i's. */
    void decode(List<Step> batch, Logits logits);

    /**
     * Like prefill, but tells everything on the way; for tests and for measuring a model's loss.
     */
    Activations trace(KvCache sequence, int[] tokens);

    @Override
    void close();

    /** One sequence's next token. */
    record Step(KvCache sequence, int token) {}
}
