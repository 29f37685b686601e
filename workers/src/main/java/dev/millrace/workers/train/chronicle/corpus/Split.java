package dev.millrace.workers.train.chronicle.corpus;

import dev.millrace.workers.train.Seeds;

/**
 * What a text is for. No pass code of a key that is said for one purpose is ever said for another.
 */
public enum Split {
    TRAIN(0),
    DEV(1),
    TEST(2);

    private static final int SHARES = 16;

    private final int number;

    Split(int number) {
        this.number = number;
    }

    /** The purpose for which this key may have this value. */
    static Split of(int key, int value) {
        var share = (int) (Seeds.mix(key, value) & (SHARES - 1));
        return switch (share) {
            case 0 -> DEV;
            case 1 -> TEST;
            default -> TRAIN;
        };
    }

    /** The seed of one of many texts. */
    long seed(long seed, long text) {
        return Seeds.mix(Seeds.mix(seed, number), text);
    }
}
