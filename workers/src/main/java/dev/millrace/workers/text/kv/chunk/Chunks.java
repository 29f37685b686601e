package dev.millrace.workers.text.kv.chunk;

import dev.millrace.workers.text.kv.Spans;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a sequence attends to: everything while it is short; then its first chunk, the chunks that
 * were selected last, the newest chunks and the open one. The chunks selected are all scorers' or
 * each scorer's own.
 *
 * <p>The same tokens, given in the same way, lead to the same selections.
 */
public class Chunks {
    private final ChunkSettings settings;
    private final ChunkSelector selector;
    private final ChunkIndex index;
    private final Spans[] spans; // of all scorers, or of each
    private final int[][] selected; // the same
    private boolean isDue; // each scorer is to select for the next token
    private int sinceSelection;
    private long selections;
    private Attended attended = Attended.NOTHING;

    /**
     * @param width of an adapted key or query
     * @param weights how much each scorer counts
     */
    public Chunks(ChunkSettings settings, int width, float... weights) {
        this(settings, new Selector(settings, weights), weights.length, width);
    }

    /** Selects in another way. */
    public Chunks(ChunkSettings settings, ChunkSelector selector, int scorers, int width) {
        this.settings = settings;
        this.selector = selector;
        this.index = new ChunkIndex(settings, scorers, width);
        this.spans = new Spans[hasOwnLists() ? scorers : 1];
        this.selected = new int[spans.length][0];
        Arrays.setAll(spans, _ -> new Spans());
    }

    private boolean hasOwnLists() {
        return settings.vote() == ChunkSettings.Vote.NONE;
    }

    /**
     * The positions that the next token attends to, its own among them, in a layer that does not
     * score: where each scorer selects for itself, everything.
     */
    public Spans seen() {
        return hasOwnLists() ? Spans.upTo(index.length() + 1) : seenBy(0);
    }

    /**
     * The positions that the next token attends to, its own among them, where a scorer selects for
     * itself, which it does first if that is due.
     *
     * @param scorer which, from 0
     * @param query its adapted query of that token
     */
    public Spans seen(int scorer, float... query) {
        if (!hasOwnLists()) {
            return seenBy(0);
        }
        if (isDue && index.length() >= settings.denseBelow()) {
            selected[scorer] = selector.selectOf(scorer, index, least(), most(), query);
            spans[scorer].clear();
        }
        return seenBy(scorer);
    }

    private Spans seenBy(int list) {
        int position = index.length();
        if (position < settings.denseBelow()) {
            return Spans.upTo(position + 1);
        }
        if (spans[list].count() == 0) {
            lay(spans[list], selected[list]);
        }
        spans[list].extend(position + 1);
        return spans[list];
    }

    /** Writes spans anew, up to where the open chunk begins. */
    private void lay(Spans some, int... chosen) {
        some.clear();
        some.add(0, index.start(least()));
        for (int chunk : chosen) {
            some.add(index.start(chunk), index.end(chunk));
        }
        some.add(index.start(most()), index.length() + 1);
    }

    /** The first chunk that may be selected. */
    private int least() {
        return Math.min(1, index.count());
    }

    /** The chunk after the last one that may be selected. */
    private int most() {
        return Math.max(least(), index.count() - settings.local());
    }

    private void forgetSpans() {
        for (var some : spans) {
            some.clear();
        }
    }

    /**
     * Takes over what was computed for the next token of an answer, and selects if it triggers
     * that.
     *
     * @param boundary probability that a sentence ends with it
     * @param keys its adapted keys, scorer by scorer
     * @param query its adapted queries, scorer by scorer
     */
    public void append(double boundary, float[] keys, float[] query) {
        attended = attended.plus(meanSeen(), index.length() + 1);
        isDue = false;
        boolean isEnd = index.append(boundary > settings.threshold(), keys);
        sinceSelection++;
        int into = index.length() - index.start(index.count());
        boolean isLate =
                settings.triggers().every() > 0 && sinceSelection >= settings.triggers().every();
        boolean isFirst = index.length() == settings.denseBelow();
        if (isEnd || isLate || isFirst || into <= settings.triggers().into()) {
            long before = selections;
            select(query);
            attended = attended.plusSelections(selections - before);
        }
    }

    private double meanSeen() {
        double sum = 0;
        for (int list = 0; list < spans.length; list++) {
            sum += seenBy(list).total();
        }
        return sum / spans.length;
    }

    /** What the next block of a prompt selects from; nothing if it sees everything. */
    public Optional<Candidates> candidates() {
        int to = index.count() - settings.local();
        if (settings.mostOfPrompt() == 0 || index.length() < settings.denseBelow() || to < 2) {
            return Optional.empty();
        }
        int from = index.start(1);
        long[] chunkOf = new long[index.start(to) - from];
        for (int chunk = 1; chunk < to; chunk++) {
            Arrays.fill(chunkOf, index.start(chunk) - from, index.end(chunk) - from, chunk - 1L);
        }
        return Optional.of(
                new Candidates(
                        from,
                        chunkOf,
                        to - 1,
                        IntStream.range(0, index.scorers())
                                .mapToObj(scorer -> index.keys(scorer, 1, to))
                                .toList(),
                        index.bias(1, to),
                        Math.min(settings.mostOfPrompt(), to - 1)));
    }

    /** Takes over the next token of a prompt, which selects nothing. */
    public void appendPrompt(double boundary, float... keys) {
        index.append(boundary > settings.threshold(), keys);
        forgetSpans();
    }

    /**
     * Selects with the adapted queries of the newest token, such as a prompt's last one; where each
     * scorer selects for itself, it does so for the next token.
     */
    public void select(float... query) {
        sinceSelection = 0;
        if (hasOwnLists()) {
            isDue = true;
        } else if (index.length() >= settings.denseBelow()) {
            selected[0] = selector.select(index, least(), most(), query);
        }
        selections += index.length() >= settings.denseBelow() ? 1 : 0;
        forgetSpans();
    }

    /** How often it has selected. */
    public long selections() {
        return selections;
    }

    /** What the answer's tokens have looked at so far. */
    public Attended attended() {
        return attended;
    }

    /** Whether the newest token ended a chunk. */
    public boolean isAtBoundary() {
        return index.count() > 0 && index.start(index.count()) == index.length();
    }

    /** Whole chunks. */
    public int count() {
        return index.count();
    }

    /** Tokens taken over. */
    public int length() {
        return index.length();
    }

    /** Bytes of the chunks' keys. */
    public long bytes() {
        return index.bytes();
    }

    /** A state to come back to. */
    @SuppressWarnings("ArrayRecordComponent") // a copy that nobody changes, never compared
    public record Mark(
            ChunkIndex.Mark index,
            int[][] selected,
            boolean isDue,
            int sinceSelection,
            long selections,
            Attended attended) {}

    /** The state now. */
    public Mark mark() {
        return new Mark(
                index.mark(), selected.clone(), isDue, sinceSelection, selections, attended);
    }

    /** Forgets everything after a mark that was made of these chunks. */
    public void backTo(Mark mark) {
        index.backTo(mark.index());
        System.arraycopy(mark.selected(), 0, selected, 0, selected.length);
        isDue = mark.isDue();
        sinceSelection = mark.sinceSelection();
        selections = mark.selections();
        attended = mark.attended();
        forgetSpans();
    }

    /** What some tokens of a prompt added, and how it stood after them. */
    public record Part(ChunkIndex.Ended ended, Mark after) {
        /** Bytes of its numbers. */
        public long bytes() {
            return ended.bytes() + after.index().bytes();
        }
    }

    /** What was added since a mark that was made of these chunks. */
    public Part since(Mark mark) {
        return new Part(index.since(mark.index()), mark());
    }

    /** Takes over what the next tokens added to other chunks of the same tokens. */
    public void append(Part part) {
        index.append(part.ended(), part.after().index());
        backTo(part.after());
    }
}
