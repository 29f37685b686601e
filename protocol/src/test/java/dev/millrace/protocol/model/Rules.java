package dev.millrace.protocol.model;

import dev.millrace.protocol.EventType;
import dev.millrace.protocol.Fence;
import dev.millrace.protocol.Mark;

import java.util.EnumSet;
import java.util.Set;

/** The rules of the protocol, each of which can be left out. */
record Rules(Set<Rule> kept) {
    enum Rule {
        /** Readers drop void records. */
        FENCE,
        /** An event must also be the next one. */
        SEQUENCE_IN_FENCE,
        /** A closing event outranks every claim. */
        TOP_ATTEMPT,
        /** A cursor after a terminal event says that the stream has ended. */
        END_IN_CURSOR,
        /** A cursor says which claim was the last valid one. */
        ATTEMPT_IN_CURSOR,
        /** A worker reads the stream up to its own claim before it sends anything. */
        READ_BACK,
        /** It knows its claim by its place in the log, not by its number. */
        CLAIM_BY_OFFSET,
        /** It reads the stream up to its own terminal event before it accepts. */
        TERMINAL_READ_BACK,
        /** It accepts the job after the end, not when it gets it. */
        ACCEPT_LAST,
        /** It renews its lock before it claims again. */
        RENEW_FIRST,
        /** It says nothing more under an attempt after a send has failed. */
        STOP_AFTER_FAILURE,
        /** The gateway reads the stream up to its own record before it answers a cancel. */
        CANCEL_READ_BACK,
        /** The undertaker ends the streams of the jobs that the queue has given up. */
        BURIAL
    }

    static final Rules AS_WRITTEN = new Rules(EnumSet.allOf(Rule.class));

    static Rules without(Rule rule) {
        return new Rules(EnumSet.complementOf(EnumSet.of(rule)));
    }

    boolean has(Rule rule) {
        return kept.contains(rule);
    }

    /** Whether readers judge by the real fence and nothing else. */
    boolean isFenceWhole() {
        return kept.containsAll(EnumSet.range(Rule.FENCE, Rule.ATTEMPT_IN_CURSOR));
    }

    /** What a record means to a reader in this state. */
    Fence.Verdict judge(Fence state, Mark mark) {
        if (!has(Rule.FENCE)) {
            return withoutFence(state, mark);
        }
        if (!has(Rule.SEQUENCE_IN_FENCE) && isSaid(mark)) {
            return !state.hasEnded() && mark.attempt() == state.attempt()
                    ? moved(mark.type().isTerminal() ? Fence.TOP : mark.attempt(), mark.sequence())
                    : new Fence.Dropped();
        }
        if (!has(Rule.TOP_ATTEMPT) && mark.type().mayClose()) {
            return mark.attempt() >= state.attempt()
                    ? moved(mark.attempt(), state.sequence() + 1)
                    : new Fence.Dropped();
        }
        return state.judge(mark);
    }

    private static Fence.Verdict withoutFence(Fence state, Mark mark) {
        if (state.hasEnded()) {
            return new Fence.Dropped();
        }
        int sequence = isSaid(mark) ? mark.sequence() : state.sequence();
        return moved(mark.type().isTerminal() ? Fence.TOP : mark.attempt(), sequence);
    }

    private static boolean isSaid(Mark mark) {
        return mark.type() == EventType.DELTA || mark.type() == EventType.COMPLETED;
    }

    private static Fence.Admitted moved(int attempt, int sequence) {
        return new Fence.Admitted(new Fence(attempt, sequence));
    }

    /** What a reader knows who resumes at the record that led from one state to the other. */
    Fence resumed(Fence before, Fence after) {
        int attempt =
                !has(Rule.END_IN_CURSOR) && after.hasEnded() ? before.attempt() : after.attempt();
        return new Fence(has(Rule.ATTEMPT_IN_CURSOR) ? attempt : 0, after.sequence());
    }

    /** A closing event by somebody who sees the stream in this state. */
    Mark closing(EventType type, Fence seen) {
        return has(Rule.TOP_ATTEMPT)
                ? Mark.closing(type)
                : new Mark(type, seen.attempt(), Mark.NO_SEQUENCE);
    }
}
