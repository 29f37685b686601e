package dev.millrace.workers.train.energy;

import dev.millrace.workers.text.kv.eco.EcoHashes;
import dev.millrace.workers.text.kv.eco.HeadHash;
import dev.millrace.workers.text.model.DecoderConfig;

import java.util.Arrays;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Hashes that have learned nothing: what they cost is what learned ones of their size cost. */
final class UntrainedHashes {
    private static final int BITS = 16;
    private static final int ANCHORS = 25;

    private UntrainedHashes() {}

    /** Of the published size, for all layers that see everything. */
    static EcoHashes of(DecoderConfig config) {
        var random = new SplittableRandom(1);
        var layers =
                IntStream.range(0, config.layers())
                        .filter(layer -> !config.sights().get(layer).isWindowed())
                        .mapToObj(layer -> layer(layer, config, random))
                        .toList();
        return new EcoHashes(config.headDim(), layers);
    }

    private static EcoHashes.Layer layer(int index, DecoderConfig config, SplittableRandom random) {
        var hashes =
                IntStream.range(0, config.kvHeads())
                        .mapToObj(_ -> new HeadHash(config.headDim(), parts(config, random)))
                        .toList();
        return new EcoHashes.Layer(index, hashes, Optional.empty(), new float[config.heads()]);
    }

    private static HeadHash.Parts parts(DecoderConfig config, SplittableRandom random) {
        var mean = new float[ANCHORS];
        Arrays.fill(mean, 0.6f); // about what distances of twice sigma come to
        float[] anchors = normals(random, ANCHORS * config.headDim());
        float[] vectors = normals(random, BITS * ANCHORS);
        return new HeadHash.Parts(anchors, vectors, mean, config.headDim());
    }

    private static float[] normals(SplittableRandom random, int count) {
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
