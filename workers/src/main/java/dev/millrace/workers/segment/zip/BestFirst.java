package dev.millrace.workers.segment.zip;

import dev.millrace.workers.segment.mask.Nms;

import org.jspecify.annotations.Nullable;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * Masks in descending order of their scores, each told as soon as it is sure; what comes out is
 * exactly what greedy suppression of all masks together leaves, in its order.
 *
 * <p>Asks are drawn a few at a time, those with the highest bounds first. Of more than {@value
 * #MOST_ASKS} asks those with the highest bounds are drawn, of equal ones the earlier, and the
 * others are as if nobody had asked: a mask may wait until the last ask is drawn, and has a bit for
 * each pixel. Greedy suppression goes through masks by score, of equal ones in the order of the
 * asks; so a drawn mask is settled, kept or suppressed, once no ask that still waits could give one
 * that comes before it. To stop, call it no more.
 */
public final class BestFirst implements Iterator<Proposal> {
    /** Asks that are drawn at most. */
    public static final int MOST_ASKS = 256;

    /**
     * How masks are told.
     *
     * @param nms which masks are too much alike
     * @param byClass whether only masks of the same class rival
     * @param batch how many asks are drawn at once
     * @param maxMasks after so many no more are told
     * @param minScore a mask's, at least
     */
    public record Telling(Nms nms, boolean byClass, int batch, int maxMasks, double minScore) {
        public Telling {
            if (batch < 1 || maxMasks < 0) {
                throw new IllegalArgumentException(
                        "at least one ask is drawn at once and 0 or more masks told, were %d and %d"
                                .formatted(batch, maxMasks));
            }
        }

        boolean rivals(Proposal kept, Proposal other) {
            return (!byClass || kept.label() == other.label())
                    && nms.overlap(kept.mask(), other.mask());
        }
    }

    /** An ask, or a mask drawn for it, by what it can score and where it stands. */
    private record Entry<T>(T what, double score, int index, int turn) {
        static <T> Comparator<Entry<T>> order() {
            return Comparator.comparingDouble((Entry<T> entry) -> -entry.score())
                    .thenComparingInt(Entry::index)
                    .thenComparingInt(Entry::turn);
        }

        boolean precedes(Entry<?> other) {
            return score > other.score || (score == other.score && index < other.index);
        }
    }

    private final Proposer proposer;
    private final Telling telling;
    private final PriorityQueue<Entry<Ask>> waiting = new PriorityQueue<>(Entry.order());
    private final PriorityQueue<Entry<Proposal>> drawn = new PriorityQueue<>(Entry.order());
    private final List<Proposal> told = new ArrayList<>();
    private int asksDrawn;
    private @Nullable Proposal next;

    public BestFirst(List<Ask> asks, Proposer proposer, Telling telling) {
        this.proposer = proposer;
        this.telling = telling;
        var all = new ArrayList<Entry<Ask>>();
        for (int i = 0; i < asks.size(); i++) {
            double bound = proposer.bound(asks.get(i));
            if (bound >= telling.minScore()) {
                all.add(new Entry<>(asks.get(i), bound, i, 0));
            }
        }
        all.stream().sorted(Entry.order()).limit(MOST_ASKS).forEach(waiting::add);
    }

    /** How many asks have been drawn so far. */
    public int asksDrawn() {
        return asksDrawn;
    }

    @Override
    public boolean hasNext() {
        while (peek().isEmpty() && !isOver()) {
            advance();
        }
        return next != null;
    }

    /** Whether nothing more is told. */
    public boolean isOver() {
        return next == null && (told.size() == telling.maxMasks() || isExhausted());
    }

    /** The next mask, if it is sure already. */
    public Optional<Proposal> peek() {
        while (next == null
                && told.size() < telling.maxMasks()
                && !drawn.isEmpty()
                && isSettled(drawn.element())) {
            settle(drawn.remove().what());
        }
        return Optional.ofNullable(next);
    }

    /** Draws some asks at once, if any are left and that can still change something. */
    public void advance() {
        if (peek().isEmpty() && !isOver()) {
            draw();
        }
    }

    /** What no mask that is still to come scores more than; 0 if none is. */
    public double bound() {
        if (next != null) {
            return next.score();
        }
        double best = drawn.isEmpty() ? 0 : drawn.element().score();
        return waiting.isEmpty() ? best : Math.max(best, waiting.element().score());
    }

    private boolean isExhausted() {
        return waiting.isEmpty() && drawn.isEmpty();
    }

    private boolean isSettled(Entry<Proposal> best) {
        return waiting.isEmpty() || best.precedes(waiting.element());
    }

    private void settle(Proposal proposal) {
        if (told.stream().noneMatch(kept -> telling.rivals(kept, proposal))) {
            told.add(proposal);
            next = proposal;
        }
    }

    private void draw() {
        var some = new ArrayList<Entry<Ask>>();
        while (some.size() < telling.batch() && !waiting.isEmpty()) {
            some.add(waiting.remove());
        }
        var proposals = proposer.propose(some.stream().map(Entry::what).toList());
        for (int i = 0; i < some.size(); i++) {
            keep(some.get(i), proposals.get(i));
        }
        asksDrawn += some.size();
    }

    private void keep(Entry<Ask> ask, List<Proposal> proposals) {
        for (int turn = 0; turn < proposals.size(); turn++) {
            var proposal = proposals.get(turn);
            if (proposal.score() > ask.score()) {
                throw new IllegalStateException(
                        "a mask scored %s, above its bound %s"
                                .formatted(proposal.score(), ask.score()));
            }
            if (proposal.score() >= telling.minScore()) {
                drawn.add(new Entry<>(proposal, proposal.score(), ask.index(), turn));
            }
        }
    }

    @Override
    public Proposal next() {
        if (!hasNext() || next == null) {
            throw new NoSuchElementException("all masks have been told");
        }
        var proposal = next;
        next = null;
        return proposal;
    }
}
