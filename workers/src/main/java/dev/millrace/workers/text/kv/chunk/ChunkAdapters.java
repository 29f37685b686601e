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
 * key, both before rotation, to one vector; or, which is ours, such maps for each key and value
 * head of a layer. Whatever has maps of its own is a scorer: a layer or a head.
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
     * @param query of each of its scorers, one below the other, [width, queryWidth / scorers]
     * @param key the same, [width, kvWidth / scorers], for the mean of a chunk's keys or its last;
     *     or three of them, one below the other: for the mean, the first and the last
     * @param weights how much each of its scorers counts in a weighted vote, [scorers]; one, or one
     *     for each key and value head
     */
    @SuppressWarnings("ArrayRecordComponent") // filled once and read by index, never compared
    public record Layer(int index, float[] query, float[] key, float[] weights) {
        static String name(int index, String part) {
            return "layers." + index + "." + part;
        }

        public int scorers() {
            return weights.length;
        }

        /** The scorer of a key and value head, counted among the layer's own. */
        public int scorerOf(int kvHead, DecoderConfig config) {
            return kvHead * scorers() / config.kvHeads();
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

    /** Of one layer; all have equally many. */
    public int scorersPerLayer() {
        return layers.getFirst().scorers();
    }

    /** How much each scorer counts, layer by layer. */
    public float[] weights() {
        float[] weights = new float[layers.size() * scorersPerLayer()];
        for (int i = 0; i < layers.size(); i++) {
            float[] some = layers.get(i).weights();
            System.arraycopy(some, 0, weights, i * some.length, some.length);
        }
        return weights;
    }

    /**
     * A layer's query maps as one, [scorers * width, queryWidth]: zero where a scorer does not
     * look.
     */
    public float[] jointQuery(Layer layer) {
        return joint(layer.query(), layer.scorers(), width);
    }

    /** A layer's key maps as one, [scorers * parts * width, kvWidth]. */
    public float[] jointKey(Layer layer, DecoderConfig config) {
        return joint(layer.key(), layer.scorers(), layer.key().length / config.kvWidth());
    }

    /**
     * Maps of some inputs each, [scorers, rows, inputs], as one of all inputs, [scorers * rows,
     * scorers * inputs].
     */
    private static float[] joint(float[] maps, int scorers, int rows) {
        int inputs = maps.length / scorers / rows;
        float[] joint = new float[maps.length * scorers];
        for (int row = 0; row < scorers * rows; row++) {
            int scorer = row / rows;
            System.arraycopy(maps, row * inputs, joint, (row * scorers + scorer) * inputs, inputs);
        }
        return joint;
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
                    int scorers = scorers(file, tensors, index, config);
                    width = width == 0 ? rows(tensors, query) / scorers : width;
                    layers.add(layer(tensors, index, scorers, width, config));
                }
            }
            if (layers.isEmpty()) {
                throw new BadModelException(file, "has adapters for no layer");
            }
            requireEqual(file, layers);
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

    private static int scorers(Path file, Safetensors tensors, int layer, DecoderConfig config) {
        var name = Layer.name(layer, "weight");
        int scorers = rows(tensors, name);
        if (scorers != 1 && scorers != config.kvHeads()) {
            throw new BadModelException(
                    file,
                    "tensor %s: must have 1 value or one for each of the model's %d key heads, has %d"
                            .formatted(name, config.kvHeads(), scorers));
        }
        return scorers;
    }

    private static void requireEqual(Path file, List<Layer> layers) {
        for (var layer : layers) {
            if (layer.scorers() != layers.getFirst().scorers()) {
                throw new BadModelException(
                        file,
                        "tensor %s: must have as many values as in layer %d, %d, has %d"
                                .formatted(
                                        Layer.name(layer.index(), "weight"),
                                        layers.getFirst().index(),
                                        layers.getFirst().scorers(),
                                        layer.scorers()));
            }
        }
    }

    private static Layer layer(
            Safetensors tensors, int index, int scorers, int width, DecoderConfig config) {
        var query = Layer.name(index, "query.weight");
        var key = Layer.name(index, "key.weight");
        var weight = Layer.name(index, "weight");
        long rows = (long) scorers * width;
        tensors.entry(query, rows, config.queryWidth() / scorers);
        int parts = rows(tensors, key) == 3 * rows ? 3 : 1;
        tensors.entry(key, parts * rows, config.kvWidth() / scorers);
        tensors.entry(weight, scorers);
        return new Layer(
                index, floats(tensors, query), floats(tensors, key), floats(tensors, weight));
    }
}
