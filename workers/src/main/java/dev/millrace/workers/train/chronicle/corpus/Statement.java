package dev.millrace.workers.train.chronicle.corpus;

/** Something that is so: what the chronicle says, and what an answer repeats. */
public sealed interface Statement {
    /** The key whose fact it is. */
    int key();

    /**
     * The pass code of a key.
     *
     * @param isNew says that it is not the one that was said before
     */
    record PassCode(int key, int value, boolean isNew) implements Statement {}

    /** Another number of a key, about which nobody asks. */
    record OtherNumber(int key, int relation, int value) implements Statement {}

    /** A key lives with another. */
    record LivesWith(int key, int other) implements Statement {}
}
