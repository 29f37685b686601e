package dev.millrace.workers.text.kv.eco;

import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.Safetensors;
import dev.millrace.workers.text.model.DecoderConfig;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/** Reads the layers of {@link EcoHashes#FILE}, and refuses what does not fit the decoder. */
record EcoHashReader(Path file, Safetensors tensors, DecoderConfig config) {
    private static final String VECTORS = "vectors";
    private static final String KEY_PLANES = "key_planes";
    private static final String QUERY_PLANES = "query_planes";
    private static final String TABLES = "tables";

    boolean has(int index) {
        return tensors.contains(EcoHashes.name(index, VECTORS)) || hasPlanes(index);
    }

    private boolean hasPlanes(int index) {
        return tensors.contains(EcoHashes.name(index, KEY_PLANES));
    }

    EcoHashes.Layer layer(int index) {
        return hasPlanes(index) ? planes(index) : anchors(index);
    }

    private EcoHashes.Layer planes(int index) {
        requireTail(index, KEY_PLANES);
        int bits = bits(index, KEY_PLANES, config.kvHeads(), "[%d, bits, headDim]");
        return new EcoHashes.Layer(
                index,
                planes(index, KEY_PLANES, config.kvHeads(), bits),
                planes(index, QUERY_PLANES, config.heads(), bits),
                tables(index, bits),
                gates(index));
    }

    private List<HeadHash> planes(int index, String part, int heads, int bits) {
        float[] planes = floats(index, part, heads, bits, config.headDim());
        return IntStream.range(0, heads)
                .<HeadHash>mapToObj(
                        head -> new PlaneHash(config.headDim(), part(planes, head, heads)))
                .toList();
    }

    private EcoHashes.Layer anchors(int index) {
        requireTail(index, VECTORS);
        int kvHeads = config.kvHeads();
        int bits = bits(index, VECTORS, kvHeads, "[%d, bits, anchors]");
        int anchors = Math.toIntExact(shape(index, VECTORS).get(2));
        float[] positions = floats(index, "anchors", kvHeads, anchors, config.headDim());
        float[] vectors = floats(index, VECTORS, kvHeads, bits, anchors);
        float[] mean = floats(index, "mean", kvHeads, anchors);
        float[] sigma = positive(index, "sigma", kvHeads);
        var hashes = new ArrayList<HeadHash>();
        for (int head = 0; head < kvHeads; head++) {
            var parts =
                    new AnchorHash.Parts(
                            part(positions, head, kvHeads),
                            part(vectors, head, kvHeads),
                            part(mean, head, kvHeads),
                            sigma[head]);
            hashes.add(new AnchorHash(config.headDim(), parts));
        }
        return EcoHashes.Layer.shared(index, hashes, tables(index, bits), gates(index));
    }

    private void requireTail(int index, String part) {
        if (config.sights().get(index).isWindowed()) {
            throw wrong(index, part, "the layer sees a window of its own, it has no tail");
        }
    }

    private float[] gates(int index) {
        return floats(index, "gate", config.heads());
    }

    private List<Long> shape(int index, String part) {
        return tensors.entry(EcoHashes.name(index, part)).shape();
    }

    /** Each table's bits are those that are 1. */
    private Optional<CodeTables> tables(int index, int bits) {
        if (!tensors.contains(EcoHashes.name(index, TABLES))) {
            return Optional.empty();
        }
        var shape = shape(index, TABLES);
        if (shape.size() != 2 || shape.get(1) != bits) {
            throw wrong(index, TABLES, "shape must be [tables, %d], was %s".formatted(bits, shape));
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

    private static float[] part(float[] all, int head, int heads) {
        int size = all.length / heads;
        return Arrays.copyOfRange(all, head * size, (head + 1) * size);
    }

    /**
     * Of a tensor whose shape says how long codes are, and names what it consists of last.
     *
     * @param expected its shape, for people
     */
    private int bits(int index, String part, int heads, String expected) {
        var shape = shape(index, part);
        if (shape.size() != 3 || shape.get(0) != heads || shape.get(2) < 1) {
            throw wrong(
                    index,
                    part,
                    "shape must be %s, was %s".formatted(expected.formatted(heads), shape));
        }
        long bits = shape.get(1);
        if (bits < 1 || bits > HeadHash.MOST_BITS) {
            throw wrong(
                    index, part, "bits must be 1..%d, were %d".formatted(HeadHash.MOST_BITS, bits));
        }
        return Math.toIntExact(bits);
    }

    /** Finite ones: a code of what is no number would pass for one of zeros. */
    private float[] floats(int index, String part, long... shape) {
        tensors.entry(EcoHashes.name(index, part), shape);
        float[] values = tensors.floats(EcoHashes.name(index, part));
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
        return new BadModelException(
                file, "tensor " + EcoHashes.name(index, part) + ": " + problem);
    }
}
