package dev.millrace.workers.train.chronicle;

import dev.millrace.workers.train.adapters.LabelledText;
import dev.millrace.workers.train.chronicle.corpus.Chronicle;
import dev.millrace.workers.train.chronicle.corpus.Row;
import dev.millrace.workers.train.chronicle.corpus.Split;

import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Texts for the chronicle model's chunk adapters; their writer knows where sentences end. */
public final class ChronicleLessons {
    /** A selection serves the tokens after it, so those before an answer matter as well. */
    private static final int BEFORE_ANSWER = 2;

    private ChronicleLessons() {}

    /** So many texts of {@code length} tokens, with questions throughout. */
    public static List<LabelledText> texts(int count, int length) {
        var chronicle = new Chronicle();
        return IntStream.range(0, count)
                .mapToObj(seed -> labelled(chronicle.row(Split.TRAIN, seed, length), length))
                .toList();
    }

    private static LabelledText labelled(Row row, int length) {
        boolean[] ends = new boolean[length];
        row.boundaries().stream().filter(end -> end < length).forEach(end -> ends[end] = true);
        int[] notable =
                row.answers().stream()
                        .flatMapToInt(answer ->
                                IntStream.range(
                                        answer.span().start() - BEFORE_ANSWER, answer.span().end()))
                        .filter(token -> token < length)
                        .toArray();
        return new LabelledText(Arrays.copyOf(row.ids(), length), ends, notable);
    }
}
