package dev.millrace.workers.eco;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.millrace.workers.eco.EcoAttention.Projection;
import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Safetensors;
import dev.millrace.workers.tensor.SafetensorsWriter;
import dev.millrace.workers.tensor.Tensors;

/** One block's tensors by their official names. */
final class EcoTensors {
    private static final String HASH = "fast_attention.ksh.";
    private static final String VECTORS = HASH + "A";
    private static final String MEAN = HASH + "mvec";
    private static final String ANCHORS = HASH + "anchor";
    private static final String QUERY_KEY = "to_qk";
    private static final String VALUE = "to_v";
    private static final String OUTPUT = "proj";

    private final NDManager scope;
    private final Safetensors files;
    private final String prefix;

    /**
     * @param prefix what the names begin with, empty or ending in a dot
     */
    EcoTensors(NDManager scope, Safetensors files, String prefix) {
        this.scope = scope;
        this.files = files;
        this.prefix = prefix;
    }

    EcoAttention read(Numerator numerator) {
        var shape = shape();
        var hash =
                new KernelHash(
                        tensor(VECTORS, shape.heads(), shape.bits(), shape.anchors()),
                        tensor(MEAN, 1, shape.heads(), 1, shape.anchors()),
                        tensor(ANCHORS, 1, shape.heads(), shape.anchors(), shape.headWidth()));
        return new EcoAttention(
                shape,
                projection(QUERY_KEY, shape.width()),
                projection(VALUE, shape.width()),
                projection(OUTPUT, shape.width()),
                hash,
                numerator);
    }

    /** As the vectors and the first projection tell it; the other tensors must fit. */
    private EcoShape shape() {
        var vectors = files.entry(prefix + VECTORS);
        var extents = vectors.shape();
        if (extents.size() != 3) {
            throw new BadModelException(
                    vectors.file(),
                    "tensor %s: shape must be [heads, bits, anchors], was %s"
                            .formatted(vectors.name(), extents));
        }
        var projection = files.entry(prefix + QUERY_KEY + ".weight");
        try {
            return new EcoShape(
                    Math.toIntExact(projection.shape().getFirst()),
                    Math.toIntExact(extents.get(0)),
                    Math.toIntExact(extents.get(1)),
                    Math.toIntExact(extents.get(2)));
        } catch (IllegalArgumentException e) {
            throw new BadModelException(
                    vectors.file(),
                    "tensors %s of shape %s and %s of shape %s: %s"
                            .formatted(
                                    vectors.name(),
                                    extents,
                                    projection.name(),
                                    projection.shape(),
                                    e.getMessage()),
                    e);
        }
    }

    private Projection projection(String name, int width) {
        return new Projection(
                tensor(name + ".weight", width, width), tensor(name + ".bias", width));
    }

    /** Of that shape and with finite values: a code of NaN would pass for one of zeros. */
    private NDArray tensor(String name, long... shape) {
        var entry = files.entry(prefix + name, shape);
        float[] values = files.floats(entry.name());
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new BadModelException(
                        entry.file(),
                        "tensor %s: values must be finite, one is %s"
                                .formatted(entry.name(), value));
            }
        }
        return Tensors.floats(scope, values, shape);
    }

    /** Adds a block's tensors to a file. */
    static void write(SafetensorsWriter writer, String prefix, EcoAttention block) {
        var hash = block.hash();
        add(writer, prefix + VECTORS, hash.vectors());
        add(writer, prefix + MEAN, hash.mean());
        add(writer, prefix + ANCHORS, hash.anchors());
        add(writer, prefix + QUERY_KEY, block.queryKey());
        add(writer, prefix + VALUE, block.value());
        add(writer, prefix + OUTPUT, block.output());
    }

    private static void add(SafetensorsWriter writer, String name, Projection projection) {
        add(writer, name + ".weight", projection.weight());
        add(writer, name + ".bias", projection.bias());
    }

    private static void add(SafetensorsWriter writer, String name, NDArray array) {
        writer.add(name, ElementType.F32, array.toFloatArray(), array.getShape().getShape());
    }
}
