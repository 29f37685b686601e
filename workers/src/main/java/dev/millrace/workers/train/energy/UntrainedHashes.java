package dev.millrace.workers.train.energy;

import dev.millrace.workers.text.kv.eco.CodeTables;
import dev.millrace.workers.text.kv.eco.EcoHashes;
import dev.millrace.workers.text.kv.eco.HeadHash;
import dev.millrace.workers.text.kv.eco.PlaneHash;
import dev.millrace.workers.text.model.DecoderConfig;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Hashes that have learned nothing: what they cost is what learned ones of their size cost. */
final class UntrainedHashes {
    private static final int BITS = 64;
    private static final int TABLES = 8;
    private static final int BUCKETS = 256;

    private UntrainedHashes() {}

    /** Of the size that `train eco` makes, for all layers that see everything. */
    static EcoHashes of(DecoderConfig config) {
        var random = new SplittableRandom(1);
        var tables = new CodeTables(BUCKETS, random.longs(TABLES).toArray());
        var layers =
                IntStream.range(0, config.layers())
                        .filter(layer -> !config.sights().get(layer).isWindowed())
                        .mapToObj(layer -> layer(layer, config, tables, random))
                        .toList();
        return new EcoHashes(config.headDim(), layers);
    }

    private static EcoHashes.Layer layer(
            int index, DecoderConfig config, CodeTables tables, SplittableRandom random) {
        return new EcoHashes.Layer(
                index,
                hashes(config.kvHeads(), config.headDim(), random),
                hashes(config.heads(), config.headDim(), random),
                Optional.of(tables),
                new float[config.heads()]);
    }

    private static List<HeadHash> hashes(int heads, int width, SplittableRandom random) {
        return IntStream.range(0, heads)
                .<HeadHash>mapToObj(_ -> new PlaneHash(width, normals(random, BITS * width)))
                .toList();
    }

    private static float[] normals(SplittableRandom random, int count) {
        var values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }
}
