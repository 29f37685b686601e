package dev.millrace.workers.train.longtext;

import dev.millrace.workers.train.chronicle.corpus.Chronicle;
import dev.millrace.workers.train.chronicle.corpus.Chronicle.Exchange;
import dev.millrace.workers.train.chronicle.corpus.ChronicleDocument;
import dev.millrace.workers.train.chronicle.corpus.Form;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * How many questions about a long text each arm answers word for word. The text is read once; each
 * question is read as the end of a prompt is, then its answer goes through the arm's decode path.
 */
final class NeedleMeasure {
    private static final int MOST_NEEDLES = 200;
    private static final int TOKENS_PER_NEEDLE = 60;
    private static final int ROOM = 256;
    private static final int COMPARED = 34; // questions of a text for the arms that are not claimed
    private static final Form FORM = Form.CHAT;

    private final Bench bench;
    private final Chronicle chronicle = new Chronicle();

    NeedleMeasure(Bench bench) {
        this.bench = bench;
    }

    /** Questions that a text of so many tokens has. */
    static int questions(int length) {
        return Math.clamp(length / TOKENS_PER_NEEDLE, 1, MOST_NEEDLES);
    }

    /** The text with its opening. */
    static int[] tokens(Chronicle chronicle, ChronicleDocument document) {
        return IntStream.concat(IntStream.of(chronicle.opening(FORM)), IntStream.of(document.ids()))
                .toArray();
    }

    /**
     * For each arm {@code NAME.asked}, {@code NAME.right} and {@code NAME.attended}. Only {@link
     * Arm#DENSE} and {@link Arm#BEST} are asked everything.
     */
    Map<String, Double> measure(int length, int seed, List<Arm> arms, int most) {
        var document = chronicle.longDocument(seed, length, questions(length));
        var exchanges =
                document.needles().stream()
                        .limit(most)
                        .map(needle -> chronicle.exchange(needle.question(), FORM))
                        .toList();
        try (var text = new ReadText(bench, tokens(chronicle, document), ROOM)) {
            return ask(text, exchanges, arms);
        }
    }

    private Map<String, Double> ask(ReadText text, List<Exchange> exchanges, List<Arm> arms) {
        var readings = arms.stream().map(arm -> new ArmReading(bench, arm, text)).toList();
        var right = new int[arms.size()];
        var asked = new int[arms.size()];
        for (var exchange : exchanges) {
            var before = text.trace().mark();
            var marks = readings.stream().map(ArmReading::mark).toList();
            text.read(exchange.prompt());
            var first = text.logits().clone();
            var after = text.trace().mark();
            for (int i = 0; i < arms.size(); i++) {
                if (asked[i] < COMPARED || arms.get(i).isClaimed()) {
                    readings.get(i).catchUp();
                    asked[i]++;
                    right[i] += isRight(readings.get(i), exchange.answer(), first) ? 1 : 0;
                    text.backTo(after);
                }
            }
            text.backTo(before);
            for (int i = 0; i < arms.size(); i++) {
                readings.get(i).backTo(marks.get(i));
            }
        }
        var figures = new LinkedHashMap<String, Double>();
        for (int i = 0; i < arms.size(); i++) {
            figures.put(arms.get(i).name() + ".asked", (double) asked[i]);
            figures.put(arms.get(i).name() + ".right", (double) right[i]);
            figures.put(arms.get(i).name() + ".attended", readings.get(i).attendedFraction());
        }
        return figures;
    }

    /** Whether each token of the answer is the likeliest after those before it. */
    private static boolean isRight(ArmReading reading, int[] answer, float... first) {
        float[] logits = first;
        for (int token : answer) {
            if (likeliest(logits) != token) {
                return false;
            }
            logits = reading.step(token);
        }
        return true;
    }

    static int likeliest(float... logits) {
        int best = 0;
        for (int i = 1; i < logits.length; i++) {
            best = logits[i] > logits[best] ? i : best;
        }
        return best;
    }
}
