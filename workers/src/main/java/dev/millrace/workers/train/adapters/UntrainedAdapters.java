package dev.millrace.workers.train.adapters;

import dev.millrace.workers.text.kv.chunk.ChunkAdapters;
import dev.millrace.workers.text.kv.chunk.ChunkSettings;
import dev.millrace.workers.text.model.DecoderConfig;

import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Adapters that have learned nothing: what they cost is what learned ones of their size cost. */
public final class UntrainedAdapters {
    private UntrainedAdapters() {}

    /**
     * For all layers that see everything: maps of a Gaussian of deviation 1 / sqrt(inputs), all
     * scorers alike; no boundary is known.
     *
     * @param scorers what has adapters of its own
     * @param width of an adapted query or key
     */
    public static ChunkAdapters of(
            DecoderConfig config,
            int boundaryLayer,
            Scorers scorers,
            int width,
            ChunkSettings.Keys keys,
            long seed) {
        var random = new SplittableRandom(seed);
        int each = scorers.of(config);
        var layers =
                IntStream.range(0, config.layers())
                        .filter(layer -> !config.sights().get(layer).isWindowed())
                        .mapToObj(layer ->
                                new ChunkAdapters.Layer(
                                        layer,
                                        normals(random, each * width, config.queryWidth() / each),
                                        normals(
                                                random,
                                                each * keys.parts() * width,
                                                config.kvWidth() / each),
                                        ones(each)))
                        .toList();
        return new ChunkAdapters(boundaryLayer, new float[config.hidden()], 0, width, layers);
    }

    private static float[] ones(int count) {
        var values = new float[count];
        Arrays.fill(values, 1);
        return values;
    }

    private static float[] normals(SplittableRandom random, int width, int inputs) {
        float[] values = new float[width * inputs];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (random.nextGaussian() / Math.sqrt(inputs));
        }
        return values;
    }
}
