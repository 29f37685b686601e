package dev.millrace.workers.train.chronicle.corpus;

import java.util.List;

/**
 * A question and its true answer.
 *
 * @param keys which are asked about
 * @param answer one sentence after the other
 */
public record Question(Kind kind, List<Integer> keys, List<Statement> answer) {
    /** What makes it hard. */
    public enum Kind {
        /** Said once. */
        SINGLE,
        /** Said twice, and the new one counts. */
        OVERWRITTEN,
        /** Found through another key. */
        TWO_HOP,
        /** Two facts in one answer. */
        SEVERAL
    }

    public Question {
        keys = List.copyOf(keys);
        answer = List.copyOf(answer);
    }
}
