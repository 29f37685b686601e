package dev.millrace.protocol.model;

import dev.millrace.protocol.EventType;
import dev.millrace.protocol.Mark;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * A worker's slot.
 *
 * @param writer its life: another one after every crash
 * @param sending its records on the way to the log, oldest first; they land in this order
 */
record Worker(int writer, Phase phase, List<Mark> sending) {
    /** What it believes. */
    sealed interface Phase {}

    record Idle() implements Phase {}

    /**
     * Its claim is on the way.
     *
     * @param sequence of the last event it saw before; of use only to one that does not read back
     */
    record Claiming(int attempt, int sequence) implements Phase {}

    /** It says what comes next. */
    record Working(int attempt, int next) implements Phase {}

    /** Its terminal event is on the way. */
    record Ending(int attempt) implements Phase {}

    /** Its claim or its terminal event is void, or a send has failed. */
    record Stale() implements Phase {}

    /** It has read a valid terminal event. */
    record Settling() implements Phase {}

    static Worker idle(int writer) {
        return new Worker(writer, new Idle(), List.of());
    }

    boolean isIdle() {
        return phase instanceof Idle;
    }

    Worker in(Phase next) {
        return new Worker(writer, next, sending);
    }

    Worker sends(Mark mark, Phase next) {
        var more = new ArrayList<>(sending);
        more.add(mark);
        return new Worker(writer, next, List.copyOf(more));
    }

    /** Without those records on the way that this is true of and that it learns nothing from. */
    Worker without(Predicate<Mark> isVoid) {
        var rest =
                sending.stream()
                        .filter(mark -> !isVoid.test(mark) || isAwaited(mark.type()))
                        .toList();
        return rest.size() == sending.size() ? this : new Worker(writer, phase, rest);
    }

    private boolean isAwaited(EventType type) {
        return type == EventType.CLAIMED
                ? phase instanceof Claiming
                : type == EventType.COMPLETED && phase instanceof Ending;
    }

    Worker sent() {
        return new Worker(writer, phase, sending.subList(1, sending.size()).stream().toList());
    }
}
