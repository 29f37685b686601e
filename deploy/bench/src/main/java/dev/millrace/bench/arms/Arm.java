package dev.millrace.bench.arms;

/**
 * A loaded decoder with a fixed number of sequences that all have the same length. Not thread-safe;
 * used by the thread that opened it.
 */
public interface Arm extends AutoCloseable {
    /** How it computes, for the reader of a table: kernels, types of weights and caches. */
    String detail();

    /**
     * Appends one token to each sequence and computes what follows.
     *
     * @param tokens one for each sequence
     */
    void step(int... tokens);

    /** What the last step found to follow in a sequence: unnormalised log-probabilities. */
    float[] logits(int sequence);

    /**
     * Lengthens each sequence to {@code context} tokens, more than it has, by repeating the keys
     * and values it holds. What is decoded then means nothing, but costs the same.
     */
    void fill(int context);

    /** Forgets all tokens from a position on; not before those that {@link #fill} made. */
    void rewind(int context);

    @Override
    void close();
}
