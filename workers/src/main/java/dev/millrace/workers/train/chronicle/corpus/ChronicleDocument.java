package dev.millrace.workers.train.chronicle.corpus;

import java.util.BitSet;
import java.util.List;

/**
 * A long text without questions, and what can be asked about it.
 *
 * @param ids of the text alone, see {@link Chronicle#opening}
 * @param boundaries which of the ids end a sentence
 */
@SuppressWarnings("ArrayRecordComponent") // filled once and read by index, never compared
public record ChronicleDocument(int[] ids, BitSet boundaries, List<Needle> needles) {
    /**
     * A question, and where the text says what it asks for.
     *
     * @param evidence the sentences that the answer needs; the last one says the pass code
     */
    public record Needle(Question question, List<Span> evidence) {
        public Needle {
            evidence = List.copyOf(evidence);
        }
    }

    public ChronicleDocument {
        needles = List.copyOf(needles);
    }

    /** How deep in the text the pass code of a needle is said, 0 to 1. */
    public double depth(Needle needle) {
        return (double) needle.evidence().getLast().start() / ids.length;
    }
}
