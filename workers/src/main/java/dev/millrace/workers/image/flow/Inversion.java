package dev.millrace.workers.image.flow;

/**
 * Pictures that are being made of noise, block after block, token after token.
 *
 * <p>Inside a block, with z what went in and x what comes out, both in the block's own order of
 * tokens: {@code x[0] = z[0], x[t+1] = z[t+1] exp(a(x[0..t])) + b(x[0..t])}. A sweep evaluates this
 * for a run of tokens at once with the x that there are, and keeps the keys and values of the
 * tokens it has read; in which order sweeps lead to the solution is the caller's business.
 *
 * <p>One thread; closing frees all native memory.
 */
public interface Inversion extends AutoCloseable {
    int pictures();

    int tokens();

    int tokenWidth();

    /** Begins with a block: what has been made so far goes in, and is also the first guess of x. */
    void enter(int block);

    /** Guesses zero for all tokens but the first. */
    void guessZeros();

    /**
     * Reads tokens {@code first .. first + count - 1} of some pictures all at once and computes
     * those that follow, {@code first + 1 .. first + count}, from them and from the keys and values
     * of earlier sweeps below {@code first}.
     *
     * @param limit results are clamped to {@code [-limit, limit]}; infinite means not at all
     */
    Change sweep(Run run, double limit);

    /** The same token by token, each with the result of the one before it. */
    void advance(Run run);

    /** Clamps the first token, which no sweep computes. */
    Change clampFirst(double limit);

    /**
     * A picture as it stands, without the blocks that are still to come, [channels, side, side].
     */
    float[] picture(int index);

    @Override
    void close();

    /** Tokens of neighbouring pictures. */
    record Run(int picture, int pictures, int first, int count) {
        public Run {
            if (picture < 0 || pictures < 1 || first < 0 || count < 1) {
                throw new IllegalArgumentException(
                        "a run must have pictures and tokens, was %d+%d, %d+%d"
                                .formatted(picture, pictures, first, count));
            }
        }
    }

    /**
     * How far a sweep moved tokens.
     *
     * @param greatest change of any value of a token, [pictures, count]
     * @param squared sum of the squares of a token's changes, [pictures, count]
     */
    @SuppressWarnings("ArrayRecordComponent") // read once, by who asked for the sweep
    record Change(float[] greatest, float[] squared) {
        /** The Euclidean norm of everything that changed. */
        public double norm() {
            double sum = 0;
            for (float square : squared) {
                sum += square;
            }
            return Math.sqrt(sum);
        }
    }
}
