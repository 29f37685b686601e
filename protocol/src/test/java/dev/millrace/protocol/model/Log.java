package dev.millrace.protocol.model;

import dev.millrace.protocol.EventType;
import dev.millrace.protocol.Fence;
import dev.millrace.protocol.Mark;

import java.util.EnumSet;
import java.util.HashSet;
import java.util.OptionalInt;
import java.util.Set;

/**
 * The stream as far as it was appended. A record that is void for every reader changes nobody's
 * state, so it is not kept; nor are those that everybody has seen: what they leave behind is the
 * readers' states.
 *
 * @param fence of the reader who has been there from the start
 * @param owner of the last valid claim
 * @param last valid event
 * @param readers the states of those who resumed at any cursor before
 * @param broken what the last append broke
 */
record Log(Fence fence, int owner, EventType last, Set<Fence> readers, Set<Invariant> broken) {
    /** After {@code accepted}. */
    static final Log START =
            new Log(Fence.START, Sent.CLOSER, EventType.ACCEPTED, Set.of(Fence.START), Set.of());

    boolean hasEnded() {
        return last.isTerminal();
    }

    /**
     * Whether some reader may still see the record: attempts and sequences only grow, so what is
     * behind them is void for ever.
     */
    boolean canShow(Mark mark) {
        return readers.stream().anyMatch(reader -> isAhead(mark, reader));
    }

    private static boolean isAhead(Mark mark, Fence reader) {
        return mark.attempt() > reader.attempt()
                || (mark.attempt() == reader.attempt() && mark.sequence() > reader.sequence());
    }

    /** Whether this append showed something to the readers. */
    boolean isVisibleAfter(Log before) {
        return !fence.equals(before.fence) || owner != before.owner || last != before.last;
    }

    Log append(Sent sent, Rules rules) {
        var broken = EnumSet.noneOf(Invariant.class);
        var verdict = rules.judge(fence, sent.mark());
        var rest = new HashSet<Fence>();
        for (var reader : readers) {
            var other = rules.judge(reader, sent.mark());
            if (!shows(verdict, other)) {
                broken.add(Invariant.CURSOR);
            }
            rest.add(other instanceof Fence.Admitted(var after) ? after : reader);
        }
        return switch (verdict) {
            case Fence.Dropped() -> new Log(fence, owner, last, Set.copyOf(rest), broken);
            case Fence.Admitted(var after) -> {
                check(sent, broken);
                rest.add(rules.resumed(fence, after));
                var by = sent.mark().type() == EventType.CLAIMED ? sent.writer() : owner;
                yield new Log(after, by, sent.mark().type(), Set.copyOf(rest), broken);
            }
        };
    }

    /** Whether two readers show their clients the same of a record. */
    private static boolean shows(Fence.Verdict one, Fence.Verdict other) {
        return sequence(one).equals(sequence(other));
    }

    private static OptionalInt sequence(Fence.Verdict verdict) {
        return switch (verdict) {
            case Fence.Admitted(var after) -> OptionalInt.of(after.sequence());
            case Fence.Dropped() -> OptionalInt.empty();
        };
    }

    private void check(Sent sent, Set<Invariant> broken) {
        if (hasEnded()) {
            broken.add(Invariant.END);
        }
        boolean isSaid = sent.writer() != Sent.CLOSER && sent.mark().type() != EventType.CLAIMED;
        if (isSaid && sent.writer() != owner) {
            broken.add(Invariant.SPLICE);
        }
        if (isSaid && sent.mark().sequence() != fence.sequence() + 1) {
            broken.add(Invariant.DENSE);
        }
    }
}
