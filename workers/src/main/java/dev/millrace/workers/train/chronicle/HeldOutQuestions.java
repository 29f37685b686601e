package dev.millrace.workers.train.chronicle;

import ai.djl.ndarray.NDScope;

import dev.millrace.workers.train.chronicle.corpus.Chronicle;
import dev.millrace.workers.train.chronicle.corpus.Question.Kind;
import dev.millrace.workers.train.chronicle.corpus.Row;
import dev.millrace.workers.train.chronicle.corpus.Split;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/**
 * How many questions of texts that no training step draws a model answers right. An answer is right
 * if each of its tokens is the most likely one after those before it, which is when the model would
 * say it word for word.
 */
record HeldOutQuestions(Map<Kind, Integer> asked, Map<Kind, Integer> right) {
    private static final long SEED = 0x5EED_0F_4E1D_0072L;

    /** Reads texts of {@code size}. */
    static HeldOutQuestions measure(
            ChronicleModel model, Chronicle chronicle, ChronicleBatch.Size size) {
        var batch = ChronicleBatch.texts(chronicle, Split.DEV, SEED, size, 1, size.length());
        Map<Kind, Integer> asked = new EnumMap<>(Kind.class);
        Map<Kind, Integer> right = new EnumMap<>(Kind.class);
        try (var _ = new NDScope()) {
            var predictions = model.predictions(batch);
            for (var row = 0; row < size.rows(); row++) {
                for (var answer : batch.texts().get(row).answers()) {
                    asked.merge(answer.kind(), 1, Integer::sum);
                    if (isRight(batch, predictions, row * size.length(), answer)) {
                        right.merge(answer.kind(), 1, Integer::sum);
                    }
                }
            }
        }
        return new HeldOutQuestions(asked, right);
    }

    private static boolean isRight(
            ChronicleBatch batch, long[] predictions, int start, Row.Answer answer) {
        for (var i = answer.span().start(); i < answer.span().end(); i++) {
            if (predictions[start + i - 1] != batch.targets()[start + i - 1]) {
                return false;
            }
        }
        return true;
    }

    /** Of all questions, or 0 if there are none. */
    double accuracy() {
        var all = asked.values().stream().mapToInt(Integer::intValue).sum();
        return all == 0
                ? 0
                : right.values().stream().mapToInt(Integer::intValue).sum() / (double) all;
    }

    /** By kind, as {@code single 31/32, ...}. */
    @Override
    public String toString() {
        var text = new StringJoiner(", ");
        asked.forEach((kind, count) ->
                text.add(
                        kind.name().toLowerCase(Locale.ROOT)
                                + " "
                                + right.getOrDefault(kind, 0)
                                + "/"
                                + count));
        return text.toString();
    }
}
