package dev.millrace.workers.image.solve;

import dev.millrace.workers.image.flow.Inversion;

/** What a block's tokens are taken for before the first sweep. */
public enum Guess {
    /** What went into the block. */
    INPUT,
    /** Zeros, after the first token, which is known. */
    ZEROS;

    void apply(Inversion inversion) {
        if (this == ZEROS) {
            inversion.guessZeros();
        }
    }
}
