package dev.millrace.workers.train.longtext;

import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.kv.chunk.ChunkIndex;
import dev.millrace.workers.text.kv.chunk.ChunkSelector;
import dev.millrace.workers.text.model.DecoderConfig;
import dev.millrace.workers.text.model.ModelDirectory;

import java.lang.foreign.ValueLayout;
import java.util.Comparator;
import java.util.stream.IntStream;

/**
 * The chunks to which a scorer's heads attend most, taken together; for layers that are not
 * rotated, so that cached keys are those that adapters see.
 */
final class OracleSelector implements ChunkSelector {
    private final DecoderConfig config;
    private final KvCache cache;
    private final int scorers; // of a layer
    private final int most;
    private final int[] layers;
    private final float[][] logScales; // of each of these layers, by head
    private float[] foreseen = new float[0];

    OracleSelector(ModelDirectory model, KvCache cache, int scorers, int most) {
        this.config = model.config();
        this.cache = cache;
        this.scorers = scorers;
        this.most = most;
        this.layers =
                IntStream.range(0, config.layers())
                        .filter(layer -> !config.sights().get(layer).isWindowed())
                        .toArray();
        this.logScales = new float[layers.length][];
        for (int i = 0; i < layers.length; i++) {
            if (config.sights().get(layers[i]).isRotated()) {
                throw new IllegalArgumentException(
                        "layer " + layers[i] + " must not be rotated for the oracle to see it");
            }
            var name = "model.layers." + layers[i] + ".self_attn.log_scale.weight";
            logScales[i] =
                    model.weights().contains(name)
                            ? model.weights().floats(name)
                            : new float[config.heads()];
        }
    }

    /**
     * What the next token sees of everything.
     *
     * @param query all heads', layer by layer
     */
    void foresee(float... query) {
        foreseen = query;
    }

    @Override
    public int[] select(ChunkIndex chunks, int from, int to, float... query) {
        throw new IllegalStateException("scorers select for themselves");
    }

    @Override
    public int[] selectOf(int scorer, ChunkIndex chunks, int from, int to, float... query) {
        double[] mass = new double[to];
        int heads = config.heads() / scorers;
        int first = scorer % scorers * heads;
        for (int head = first; head < first + heads; head++) {
            add(chunks, scorer / scorers, head, foreseen, mass);
        }
        return IntStream.range(from, to)
                .boxed()
                .sorted(Comparator.comparingDouble(chunk -> -mass[chunk]))
                .limit(most)
                .mapToInt(chunk -> chunk)
                .sorted()
                .toArray();
    }

    private void add(ChunkIndex chunks, int slot, int head, float[] query, double[] mass) {
        int length = cache.length();
        double[] shares = new double[length];
        var keys = Tensors.memory(cache.keys(layers[slot]));
        int width = config.headDim();
        int group = config.heads() / config.kvHeads();
        long base = (long) (head / group) * cache.capacity() * width;
        int at = slot * config.queryWidth() + head * width;
        double scale =
                (1 + logScales[slot][head] * config.sights().get(layers[slot]).logScale(length - 1))
                        / Math.sqrt(width);
        double largest = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < length; i++) {
            double dot = 0;
            for (int j = 0; j < width; j++) {
                dot +=
                        query[at + j]
                                * keys.getAtIndex(
                                        ValueLayout.JAVA_FLOAT_UNALIGNED,
                                        base + (long) i * width + j);
            }
            shares[i] = dot * scale;
            largest = Math.max(largest, shares[i]);
        }
        double sum = 0;
        for (int i = 0; i < length; i++) {
            shares[i] = Math.exp(shares[i] - largest);
            sum += shares[i];
        }
        for (int chunk = 0; chunk < mass.length; chunk++) {
            for (int i = chunks.start(chunk); i < chunks.end(chunk); i++) {
                mass[chunk] += shares[i] / sum;
            }
        }
    }
}
