package dev.millrace.workers.train.stories;

import ai.djl.ndarray.NDScope;

import dev.millrace.workers.train.Seeds;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.LongStream;

/**
 * Documents that no training step draws, and how surprised a model is by them. No model can be less
 * surprised, on average over the grammar, than the grammar's own entropy.
 *
 * @param loss the model's mean negative log-likelihood of a token, in nats
 * @param entropy the grammar's, of the same tokens
 * @param echoLoss the model's for words that repeat what the story has said, or must differ from it
 */
record HeldOut(double loss, double entropy, double echoLoss, long tokens) {
    private static final long SEED = 0x5EED_0F_4E1D_0071L;
    private static final int ROWS = 8;

    /** What the model has not learned yet, in nats per token. */
    double gap() {
        return loss - entropy;
    }

    /** Reads this many documents; those that do not fit the context are left out on both sides. */
    static HeldOut measure(StoryModel model, StorySource source, int documents) {
        var samples =
                LongStream.range(0, documents)
                        .mapToObj(i -> source.draw(new SplittableRandom(Seeds.mix(SEED, i))))
                        .filter(sample -> sample.ids().size() <= model.shape().context())
                        .toList();
        var tokens = tokens(samples);
        var entropy = -samples.stream().mapToDouble(StorySource.Sample::logProbability).sum();
        return new HeldOut(
                surprise(model, samples, 1), entropy / tokens, surprise(model, samples, 0), tokens);
    }

    private static double surprise(
            StoryModel model, List<StorySource.Sample> samples, float newWeight) {
        var sum = 0.0;
        var weights = 0.0;
        for (var start = 0; start < samples.size(); start += ROWS) {
            var rows = samples.subList(start, Math.min(start + ROWS, samples.size()));
            var batch = StoryBatch.padded(rows, model.shape().context(), newWeight);
            try (var _ = new NDScope()) {
                sum += model.loss(batch).toFloatArray()[0] * batch.weight();
            }
            weights += batch.weight();
        }
        return sum / weights;
    }

    private static long tokens(List<StorySource.Sample> samples) {
        return samples.stream().mapToLong(sample -> sample.ids().size() - 1).sum();
    }
}
