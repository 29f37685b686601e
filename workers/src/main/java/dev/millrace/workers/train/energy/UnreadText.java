package dev.millrace.workers.train.energy;

import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.text.kernels.DecoderKernels.Step;
import dev.millrace.workers.text.kernels.Logits;
import dev.millrace.workers.text.kernels.vector.VectorKernels;
import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.kv.Look;
import dev.millrace.workers.text.kv.chunk.Chunks;
import dev.millrace.workers.text.kv.chunk.Selecting;
import dev.millrace.workers.text.model.DecoderConfig;

import java.util.List;
import java.util.SplittableRandom;

/** Texts that nobody has read: what a token after them costs is what it costs after others. */
final class UnreadText {
    private final DecoderConfig config;
    private final VectorKernels kernels;

    UnreadText(DecoderConfig config, VectorKernels kernels) {
        this.config = config;
        this.kernels = kernels;
    }

    /**
     * Memory that holds so many tokens, with room for more: keys and values of zeros. Where there
     * are tails some real tokens, so that there is something in them; where chunks are selected,
     * chunks of random keys.
     */
    KvCache of(int tokens, int more, Look look) {
        var cache = look.take(kernels.newKvStore(Long.MAX_VALUE), tokens + more).orElseThrow();
        for (int layer = 0; layer < config.layers(); layer++) {
            Tensors.memory(cache.keys(layer)).fill((byte) 0);
            Tensors.memory(cache.values(layer)).fill((byte) 0);
        }
        switch (look) {
            case Look.Whole() -> {}
            case Look.Selected(var selecting) ->
                    cut(cache.chunks().orElseThrow(), tokens, selecting);
            case Look.Tailed(var tailing) ->
                    read(cache, Math.min(tokens, tailing.settings().rows() + 1));
        }
        if (cache.length() < tokens) {
            cache.take(tokens - cache.length());
        }
        return cache;
    }

    /** No sentence ends: each chunk is as long as the settings let it become. */
    private static void cut(Chunks chunks, int tokens, Selecting selecting) {
        var random = new SplittableRandom(1); // equal scores would be no task for a selection
        int query = selecting.adapters().weights().length * selecting.adapters().width();
        float[] keys = new float[query * selecting.settings().keys().parts()];
        for (int token = 0; token < tokens; token++) {
            randomize(keys, random);
            chunks.appendPrompt(0, keys);
        }
        if (tokens > 0) {
            chunks.select(randomize(new float[query], random));
        }
    }

    private static float[] randomize(float[] values, SplittableRandom random) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (2 * random.nextDouble() - 1);
        }
        return values;
    }

    private void read(KvCache cache, int tokens) {
        var logits = new Logits();
        for (int token = 0; token < tokens; token++) {
            kernels.decode(List.of(new Step(cache, token % config.vocabulary())), logits);
        }
    }
}
