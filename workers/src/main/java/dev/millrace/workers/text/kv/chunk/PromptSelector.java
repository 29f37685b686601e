package dev.millrace.workers.text.kv.chunk;

import dev.millrace.workers.text.kv.Spans;

import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/**
 * What a block of a prompt sees of what is before it: the first chunk, those to which one of its
 * tokens gives the largest share, softmax(q k / sqrt(width) + bias), of all scorers of its layer;
 * and the newest.
 */
public final class PromptSelector {
    private final Candidates candidates;

    public PromptSelector(Candidates candidates) {
        this.candidates = candidates;
    }

    /**
     * The positions that a scoring layer's block sees, up to before {@code start}.
     *
     * @param scorer the first of the layer's
     * @param queries adapted, of each of the layer's scorers and the block's tokens, [scorers,
     *     rows, width]
     * @param start the block's first position
     */
    public Spans select(int scorer, float[][][] queries, int start) {
        double[] best = new double[candidates.chunks()];
        Arrays.fill(best, Double.NEGATIVE_INFINITY);
        for (int i = 0; i < queries.length; i++) {
            for (float[] query : queries[i]) {
                double[] logs = logShares(query, candidates.keys().get(scorer + i));
                for (int chunk = 0; chunk < best.length; chunk++) {
                    best[chunk] = Math.max(best[chunk], logs[chunk]);
                }
            }
        }
        boolean[] isChosen = new boolean[best.length];
        IntStream.range(0, best.length)
                .boxed()
                .sorted(Comparator.comparingDouble(chunk -> -best[chunk]))
                .limit(candidates.most())
                .forEach(chunk -> isChosen[chunk] = true);
        return spans(isChosen, start);
    }

    private double[] logShares(float[] query, float[] keys) {
        double[] logs = new double[candidates.chunks()];
        for (int chunk = 0; chunk < logs.length; chunk++) {
            logs[chunk] = candidates.bias()[chunk];
            for (int i = 0; i < query.length; i++) {
                logs[chunk] += query[i] * keys[i * logs.length + chunk] / Math.sqrt(query.length);
            }
        }
        double largest = DoubleStream.of(logs).max().orElse(0);
        double sum = DoubleStream.of(logs).map(log -> Math.exp(log - largest)).sum();
        for (int chunk = 0; chunk < logs.length; chunk++) {
            logs[chunk] -= largest + Math.log(sum);
        }
        return logs;
    }

    private Spans spans(boolean[] isChosen, int start) {
        var spans = Spans.upTo(candidates.from());
        long[] chunkOf = candidates.chunkOf();
        for (int i = 0; i < chunkOf.length; i++) {
            if (isChosen[(int) chunkOf[i]]) {
                spans.add(candidates.from() + i, candidates.from() + i + 1);
            }
        }
        spans.add(candidates.to(), start);
        return spans;
    }
}
