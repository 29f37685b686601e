package dev.millrace.workers.text.kv.eco;

import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.Safetensors;
import dev.millrace.workers.text.model.DecoderConfig;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * The hashes of a decoder's heads as they were calibrated, for those layers that keep tails.
 *
 * @param width of a head
 * @param layers in rising order
 */
public record EcoHashes(int width, List<Layer> layers) {
    /** The file's name beside a model's weights. */
    public static final String FILE = "eco.safetensors";

    private static final String VECTORS = "vectors";
    private static final String TABLES = "tables";

    /**
     * One layer's.
     *
     * @param index which layer
     * @param hashes of each key and value head; its query heads use the same
     * @param tables that tails have; without, they have the published sums
     * @param gates of each query head
     */
    @SuppressWarnings("ArrayRecordComponent") // filled once and read by index, never compared
    public record Layer(
            int index, List<HeadHash> hashes, Optional<CodeTables> tables, float[] gates) {
        public Layer {
            hashes = List.copyOf(hashes);
        }

        /** Of a key and value head, with nothing in it yet. */
        Tail newTail(int head, int width) {
            return tables.<Tail>map(some -> new TableTail(some, width))
                    .orElseGet(() -> new SumTail(hashes.get(head).bits(), width));
        }

        long tailBytes(HeadHash hash, int width) {
            return tables.map(some -> TableTail.bytes(some, width))
                    .orElseGet(() -> SumTail.bytes(hash.bits(), width));
        }
    }

    public EcoHashes {
        layers = List.copyOf(layers);
    }

    /** A tensor's name. */
    public static String name(int layer, String part) {
        return "layers." + layer + "." + part;
    }

    /** Reads hashes that were made for a decoder of this shape. */
    public static EcoHashes read(Path file, DecoderConfig config) {
        try (var tensors = Safetensors.open(file)) {
            var reader = new Reader(file, tensors, config);
            var layers = new ArrayList<Layer>();
            for (int index = 0; index < config.layers(); index++) {
                if (tensors.contains(name(index, VECTORS))) {
                    layers.add(reader.layer(index));
                }
            }
            if (layers.isEmpty()) {
                throw new BadModelException(file, "has hashes for no layer");
            }
            return new EcoHashes(config.headDim(), layers);
        }
    }

    private record Reader(Path file, Safetensors tensors, DecoderConfig config) {
        Layer layer(int index) {
            if (config.sights().get(index).isWindowed()) {
                throw wrong(index, VECTORS, "the layer sees a window of its own, it has no tail");
            }
            int kvHeads = config.kvHeads();
            int anchors = anchors(index);
            int bits = bits(index);
            float[] positions = floats(index, "anchors", kvHeads, anchors, config.headDim());
            float[] vectors = floats(index, VECTORS, kvHeads, bits, anchors);
            float[] mean = floats(index, "mean", kvHeads, anchors);
            float[] sigma = positive(index, "sigma", kvHeads);
            var hashes = new ArrayList<HeadHash>();
            for (int head = 0; head < kvHeads; head++) {
                var parts =
                        new HeadHash.Parts(
                                part(positions, head),
                                part(vectors, head),
                                part(mean, head),
                                sigma[head]);
                hashes.add(new HeadHash(config.headDim(), parts));
            }
            return new Layer(
                    index, hashes, tables(index, bits), floats(index, "gate", config.heads()));
        }

        /** Each table's bits are those that are 1. */
        private Optional<CodeTables> tables(int index, int bits) {
            if (!tensors.contains(name(index, TABLES))) {
                return Optional.empty();
            }
            var shape = tensors.entry(name(index, TABLES)).shape();
            if (shape.size() != 2 || shape.get(1) != bits) {
                throw wrong(
                        index, TABLES, "shape must be [tables, %d], was %s".formatted(bits, shape));
            }
            var subsets = new long[Math.toIntExact(shape.get(0))];
            float[] chosen = floats(index, TABLES, subsets.length, bits);
            for (int i = 0; i < chosen.length; i++) {
                subsets[i / bits] |= (chosen[i] == 1 ? 1L : 0L) << i % bits;
            }
            int buckets = (int) floats(index, "buckets", 1)[0];
            try {
                return Optional.of(new CodeTables(buckets, subsets));
            } catch (IllegalArgumentException e) {
                throw wrong(index, TABLES, String.valueOf(e.getMessage()));
            }
        }

        private float[] part(float[] all, int head) {
            int size = all.length / config.kvHeads();
            return Arrays.copyOfRange(all, head * size, (head + 1) * size);
        }

        private int anchors(int index) {
            var shape = tensors.entry(name(index, VECTORS)).shape();
            if (shape.size() != 3 || shape.get(0) != config.kvHeads() || shape.get(2) < 1) {
                throw wrong(
                        index,
                        VECTORS,
                        "shape must be [%d, bits, anchors], was %s"
                                .formatted(config.kvHeads(), shape));
            }
            return Math.toIntExact(shape.get(2));
        }

        private int bits(int index) {
            var shape = tensors.entry(name(index, VECTORS)).shape();
            long bits = shape.get(1);
            if (bits < 1 || bits > HeadHash.MOST_BITS) {
                throw wrong(
                        index,
                        VECTORS,
                        "bits must be 1..%d, were %d".formatted(HeadHash.MOST_BITS, bits));
            }
            return Math.toIntExact(bits);
        }

        /** Finite ones: a code of what is no number would pass for one of zeros. */
        private float[] floats(int index, String part, long... shape) {
            tensors.entry(name(index, part), shape);
            float[] values = tensors.floats(name(index, part));
            for (float value : values) {
                if (!Float.isFinite(value)) {
                    throw wrong(index, part, "values must be finite, one is " + value);
                }
            }
            return values;
        }

        private float[] positive(int index, String part, long... shape) {
            float[] values = floats(index, part, shape);
            for (float value : values) {
                if (value <= 0) {
                    throw wrong(index, part, "values must be positive, one is " + value);
                }
            }
            return values;
        }

        private BadModelException wrong(int index, String part, String problem) {
            return new BadModelException(file, "tensor " + name(index, part) + ": " + problem);
        }
    }
}
