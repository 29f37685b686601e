package dev.millrace.workers.text.kv.chunk;

import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.Safetensors;
import dev.millrace.workers.text.model.DecoderConfig;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What ChunkLLM adds to a decoder (arXiv 2510.02361, section 3): a detector of sentence ends on one
 * layer's output, and for some layers a linear map from all heads' query, and one from all heads'
 * key, both before rotation, to one vector.
 *
 * @param boundaryLayer whose output the detector sees; the first one's as published
 * @param boundary the detector's weights, [hidden]
 * @param bias the detector's bias
 * @param width of an adapted query or of a chunk's key
 * @param layers those that score chunks, in rising order
 */
@SuppressWarnings("ArrayRecordComponent") // filled once and read by index, never compared
public record ChunkAdapters(
        int boundaryLayer, float[] boundary, float bias, int width, List<Layer> layers) {
    /** The file's name beside a model's weights. */
    public static final String FILE = "chunk-adapters.safetensors";

    private static final String BOUNDARY = "boundary.weight";
    private static final String BIAS = "boundary.bias";
    private static final String BOUNDARY_LAYER = "boundary.layer";

    /**
     * One scoring layer's.
     *
     * @param index which layer
     * @param query [width, queryWidth]
     * @param key [width, kvWidth], for the mean of a chunk's keys or its last; or three of them,
     *     one below the other: for the mean, the first and the last
     * @param weight how much the layer counts in a weighted vote
     */
    @SuppressWarnings("ArrayRecordComponent") // filled once and read by index, never compared
    public record Layer(int index, float[] query, float[] key, float weight) {
        static String name(int index, String part) {
            return "layers." + index + "." + part;
        }
    }

    public ChunkAdapters {
        layers = List.copyOf(layers);
    }

    /** Refuses keys that these adapters were not made for. */
    public void require(ChunkSettings.Keys keys, Path file, DecoderConfig config) {
        int rows = layers.getFirst().key().length / config.kvWidth();
        if (rows != keys.parts() * width) {
            throw new BadModelException(
                    file,
                    "tensor %s: keys of kind %s need %d rows, it has %d"
                            .formatted(
                                    Layer.name(layers.getFirst().index(), "key.weight"),
                                    keys,
                                    keys.parts() * width,
                                    rows));
        }
    }

    /** How much each scoring layer counts. */
    public float[] layerWeights() {
        var weights = new float[layers.size()];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = layers.get(i).weight();
        }
        return weights;
    }

    /** Probability that a sentence ends with a token, from {@code x} [hidden] at {@code at}. */
    public double boundary(float[] x, int at) {
        double sum = bias;
        for (int i = 0; i < boundary.length; i++) {
            sum += (double) boundary[i] * x[at + i];
        }
        return 1 / (1 + Math.exp(-sum));
    }

    /** Reads adapters that were made for a decoder of this shape. */
    public static ChunkAdapters read(Path file, DecoderConfig config) {
        try (var tensors = Safetensors.open(file)) {
            tensors.entry(BOUNDARY, 1, config.hidden());
            tensors.entry(BIAS, 1);
            var layers = new ArrayList<Layer>();
            int width = 0;
            for (int index = 0; index < config.layers(); index++) {
                var query = Layer.name(index, "query.weight");
                if (tensors.contains(query)) {
                    width = width == 0 ? rows(tensors, query) : width;
                    layers.add(layer(tensors, index, width, config));
                }
            }
            if (layers.isEmpty()) {
                throw new BadModelException(file, "has adapters for no layer");
            }
            return new ChunkAdapters(
                    boundaryLayer(file, tensors, config),
                    floats(tensors, BOUNDARY),
                    floats(tensors, BIAS)[0],
                    width,
                    layers);
        }
    }

    /** Finite ones: a score that is no number has no place in any order. */
    private static float[] floats(Safetensors tensors, String name) {
        float[] values = tensors.floats(name);
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new BadModelException(
                        tensors.entry(name).file(),
                        "tensor " + name + ": values must be finite, one is " + value);
            }
        }
        return values;
    }

    /** The first one in files that do not say. */
    private static int boundaryLayer(Path file, Safetensors tensors, DecoderConfig config) {
        if (!tensors.contains(BOUNDARY_LAYER)) {
            return 0;
        }
        tensors.entry(BOUNDARY_LAYER, 1);
        float layer = tensors.floats(BOUNDARY_LAYER)[0];
        if (!(layer >= 0 && layer < config.layers() && layer == Math.rint(layer))) {
            throw new BadModelException(
                    file,
                    "tensor %s: must be a layer of the model's %d, was %s"
                            .formatted(BOUNDARY_LAYER, config.layers(), layer));
        }
        return (int) layer;
    }

    private static int rows(Safetensors tensors, String name) {
        return Math.toIntExact(tensors.entry(name).shape().getFirst());
    }

    private static Layer layer(Safetensors tensors, int index, int width, DecoderConfig config) {
        var query = Layer.name(index, "query.weight");
        var key = Layer.name(index, "key.weight");
        var weight = Layer.name(index, "weight");
        tensors.entry(query, width, config.queryWidth());
        int parts = rows(tensors, key) == 3 * width ? 3 : 1;
        tensors.entry(key, (long) parts * width, config.kvWidth());
        tensors.entry(weight, 1);
        return new Layer(
                index, floats(tensors, query), floats(tensors, key), floats(tensors, weight)[0]);
    }
}
