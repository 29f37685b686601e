package dev.millrace.workers.train.chronicle.corpus;

import java.util.BitSet;
import java.util.List;

/**
 * A text to learn from, with questions throughout.
 *
 * @param ids one more than the row's length: what follows the last token is also known
 * @param boundaries which of the ids end a sentence
 * @param told which of the ids are what an answer tells
 * @param drawn which of the ids nothing foretells: a new fact's digits
 */
@SuppressWarnings("ArrayRecordComponent") // filled once and read by index, never compared
public record Row(int[] ids, BitSet boundaries, BitSet told, BitSet drawn, List<Answer> answers) {
    /**
     * An answer that lies whole inside the row.
     *
     * @param distance how many tokens before the question its fact was said
     */
    public record Answer(Question.Kind kind, Span span, int distance) {}

    public Row {
        answers = List.copyOf(answers);
    }
}
