package dev.millrace.workers.train.longtext;

import dev.millrace.workers.train.chronicle.corpus.Chronicle;
import dev.millrace.workers.train.chronicle.corpus.Split;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the tokens at the end of a long text cost each arm, in nats: a text with questions
 * throughout, whose answers lie anywhere before. All arms see the same tokens, through their decode
 * paths.
 */
final class PerplexityMeasure {
    private final Bench bench;
    private final Chronicle chronicle = new Chronicle();

    PerplexityMeasure(Bench bench) {
        this.bench = bench;
    }

    /**
     * For each arm {@code NAME.nats} a token, {@code NAME.divergence} (KL of {@link Arm#DENSE}'s
     * prediction from the arm's, nats a token) and {@code NAME.attended}.
     *
     * @param tail tokens at the end that are counted
     */
    Map<String, Double> measure(int length, int seed, List<Arm> arms, int tail) {
        int[] ids = chronicle.row(Split.TEST, seed, length).ids();
        int from = length - tail;
        try (var text = new ReadText(bench, Arrays.copyOf(ids, from), tail + 1)) {
            var figures = new LinkedHashMap<String, Double>();
            figures.put("tokens", (double) tail);
            var dense = new float[tail][];
            for (var arm : arms) {
                measure(arm, text, ids, dense, figures);
            }
            return figures;
        }
    }

    private void measure(
            Arm arm, ReadText text, int[] ids, float[][] dense, Map<String, Double> figures) {
        var reading = new ArmReading(bench, arm, text);
        var after = text.trace().mark();
        int from = text.length();
        double nats = 0;
        double divergence = 0;
        for (int i = 0; i < dense.length; i++) {
            float[] logs = logSoftmax(reading.step(ids[from + i]));
            nats -= logs[ids[from + i + 1]];
            if (arm.way() == Arm.Way.DENSE) {
                dense[i] = logs;
            }
            divergence += divergence(dense[i], logs);
        }
        text.backTo(after);
        figures.put(arm.name() + ".nats", nats / dense.length);
        figures.put(arm.name() + ".divergence", divergence / dense.length);
        figures.put(arm.name() + ".attended", reading.attendedFraction());
    }

    private static float[] logSoftmax(float... logits) {
        float largest = logits[NeedleMeasure.likeliest(logits)];
        double sum = 0;
        for (float logit : logits) {
            sum += Math.exp(logit - (double) largest);
        }
        float[] logs = new float[logits.length];
        for (int i = 0; i < logs.length; i++) {
            logs[i] = (float) (logits[i] - largest - Math.log(sum));
        }
        return logs;
    }

    private static double divergence(float[] dense, float... logs) {
        double sum = 0;
        for (int i = 0; i < logs.length; i++) {
            sum += Math.exp(dense[i]) * (dense[i] - logs[i]);
        }
        return sum;
    }
}
