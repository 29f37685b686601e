package dev.millrace.protocol.model;

import dev.millrace.protocol.Mark;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * One state of everything.
 *
 * @param late records that their sender has given up or not outlived; each may land at any time
 * @param left the faults that may still happen
 */
record World(
        Queue queue,
        List<Worker> workers,
        Log log,
        List<Sent> late,
        Closer canceller,
        Closer undertaker,
        Faults left) {
    record Faults(int crashes, int failovers, int failures) {}

    private static final Comparator<Sent> ANY_ORDER =
            Comparator.comparing((Sent sent) -> sent.mark().type())
                    .thenComparingInt(sent -> sent.mark().attempt())
                    .thenComparingInt(sent -> sent.mark().sequence())
                    .thenComparingInt(Sent::writer);

    static World start(Bounds bounds) {
        return new World(
                new Queue.Waiting(0),
                List.of(Worker.idle(0), Worker.idle(1)),
                Log.START,
                List.of(),
                new Closer.Quiet(),
                new Closer.Quiet(),
                new Faults(bounds.crashes(), bounds.failovers(), bounds.failures()));
    }

    Set<Invariant> broken() {
        var broken = EnumSet.noneOf(Invariant.class);
        broken.addAll(log.broken());
        if (queue instanceof Queue.Accepted && !log.hasEnded()) {
            broken.add(Invariant.ACK);
        }
        if (canceller instanceof Closer.Closed(var end) && end.isPresent()) {
            if (end.get() != log.last()) {
                broken.add(Invariant.TOLD);
            }
        }
        return broken;
    }

    World with(Queue next) {
        return new World(next, workers, log, late, canceller, undertaker, left);
    }

    World with(int index, Worker next) {
        var both = index == 0 ? List.of(next, workers.get(1)) : List.of(workers.get(0), next);
        return new World(queue, both, log, late, canceller, undertaker, left);
    }

    World with(Log next) {
        return new World(queue, workers, next, late, canceller, undertaker, left);
    }

    World withCanceller(Closer next) {
        return new World(queue, workers, log, late, next, undertaker, left);
    }

    World withUndertaker(Closer next) {
        return new World(queue, workers, log, late, canceller, next, left);
    }

    World with(Faults next) {
        return new World(queue, workers, log, late, canceller, undertaker, next);
    }

    /**
     * Forgets records on their way that no reader can ever see; landing would change nothing. A
     * claim or an end that its worker waits for stays, because the worker learns from it.
     */
    World withoutTheUnseen() {
        return new World(
                queue,
                workers.stream().map(worker -> worker.without(mark -> !log.canShow(mark))).toList(),
                log,
                late.stream().filter(sent -> log.canShow(sent.mark())).toList(),
                canceller,
                undertaker,
                left);
    }

    World isLate(List<Mark> marks, int writer) {
        var more = new ArrayList<>(late);
        marks.forEach(mark -> more.add(new Sent(mark, writer)));
        more.sort(ANY_ORDER);
        return new World(queue, workers, log, List.copyOf(more), canceller, undertaker, left);
    }

    World isNoLongerLate(Sent sent) {
        var fewer = new ArrayList<>(late);
        fewer.remove(sent);
        return new World(queue, workers, log, List.copyOf(fewer), canceller, undertaker, left);
    }
}
