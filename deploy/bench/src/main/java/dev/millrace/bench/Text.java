package dev.millrace.bench;

import java.util.SplittableRandom;

/** The tokens that all decoders are given: a function of sequence and position. */
final class Text {
    private Text() {}

    /** The next token of each of {@code batch} sequences at a position. */
    static int[] at(int position, int batch, int vocabulary) {
        var tokens = new int[batch];
        for (int sequence = 0; sequence < batch; sequence++) {
            long seed = ((long) sequence << 32) + position;
            tokens[sequence] = 2 + new SplittableRandom(seed).nextInt(vocabulary - 2);
        }
        return tokens;
    }
}
