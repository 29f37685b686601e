package dev.millrace.workers.text.kv.chunk;

import dev.millrace.workers.text.kv.Spans;

import java.util.Arrays;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * What a sequence attends to: everything while it is short; then its first chunk, the chunks that
 * were selected last, the newest chunks and the open one.
 *
 * <p>The same tokens, given in the same way, lead to the same selections.
 */
public class Chunks {
    private final ChunkSettings settings;
    private final ChunkSelector selector;
    private final ChunkIndex index;
    private final Spans spans = new Spans();
    private int[] selected = new int[0];
    private int sinceSelection;
    private long selections;
    private Attended attended = Attended.NOTHING;

    /**
     * @param width of an adapted key or query
     * @param layerWeights how much each scoring layer counts
     */
    public Chunks(ChunkSettings settings, int width, float... layerWeights) {
        this(settings, new Selector(settings, layerWeights), layerWeights.length, width);
    }

    /** Selects in another way. */
    public Chunks(ChunkSettings settings, ChunkSelector selector, int layers, int width) {
        this.settings = settings;
        this.selector = selector;
        this.index = new ChunkIndex(settings, layers, width);
    }

    /** The positions that the next token attends to, its own among them. */
    public Spans seen() {
        int position = index.length();
        if (position < settings.denseBelow()) {
            return Spans.upTo(position + 1);
        }
        if (spans.count() == 0) {
            lay();
        }
        spans.extend(position + 1);
        return spans;
    }

    /** Writes the spans anew, up to where the open chunk begins. */
    private void lay() {
        spans.clear();
        int tail = Math.max(Math.min(1, index.count()), index.count() - settings.local());
        spans.add(0, index.start(Math.min(1, index.count())));
        for (int chunk : selected) {
            spans.add(index.start(chunk), index.end(chunk));
        }
        spans.add(index.start(tail), index.length() + 1);
    }

    /**
     * Takes over what was computed for the next token of an answer, and selects if it triggers
     * that.
     *
     * @param boundary probability that a sentence ends with it
     * @param keys its adapted keys, layer by layer
     * @param query its adapted queries, layer by layer
     */
    public void append(double boundary, float[] keys, float[] query) {
        attended = attended.plus(seen().total(), index.length() + 1);
        boolean isEnd = index.append(boundary > settings.threshold(), keys);
        sinceSelection++;
        int into = index.length() - index.start(index.count());
        boolean isDue =
                settings.triggers().every() > 0 && sinceSelection >= settings.triggers().every();
        boolean isFirst = index.length() == settings.denseBelow();
        if (isEnd || isDue || isFirst || into <= settings.triggers().into()) {
            long before = selections;
            select(query);
            attended = attended.plusSelections(selections - before);
        }
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
                        IntStream.range(0, index.layers())
                                .mapToObj(layer -> index.keys(layer, 1, to))
                                .toList(),
                        Math.min(settings.mostOfPrompt(), to - 1)));
    }

    /** Takes over the next token of a prompt, which selects nothing. */
    public void appendPrompt(double boundary, float... keys) {
        index.append(boundary > settings.threshold(), keys);
        spans.clear();
    }

    /** Selects with the adapted queries of the newest token, such as a prompt's last one. */
    public void select(float... query) {
        sinceSelection = 0;
        if (index.length() >= settings.denseBelow()) {
            int from = Math.min(1, index.count());
            int to = Math.max(from, index.count() - settings.local());
            selected = selector.select(index, from, to, query);
            selections++;
        }
        spans.clear();
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
            int[] selected,
            int sinceSelection,
            long selections,
            Attended attended) {}

    /** The state now. */
    public Mark mark() {
        return new Mark(index.mark(), selected.clone(), sinceSelection, selections, attended);
    }

    /** Forgets everything after a mark that was made of these chunks. */
    public void backTo(Mark mark) {
        index.backTo(mark.index());
        selected = mark.selected().clone();
        sinceSelection = mark.sinceSelection();
        selections = mark.selections();
        attended = mark.attended();
        spans.clear();
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
