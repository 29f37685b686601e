package dev.millrace.bench;

import dev.millrace.bench.arms.Peer;
import dev.millrace.bench.weights.Precision;
import dev.millrace.bench.weights.Shape;

/**
 * One point of the table.
 *
 * @param batch sequences that are decoded together
 * @param context tokens that each of them holds
 */
record Cell(Shape shape, Precision precision, int batch, int context) {
    /** As results are filed under it: {@code 25m_bf16_b16_c256}. */
    String id() {
        return shape.name() + "_" + precision.word() + "_b" + batch + "_c" + context;
    }

    /** The batch that an {@link #id} names. */
    static int batchOf(String id) {
        var words = id.split("_", -1);
        return Integer.parseInt(words[2].substring(1));
    }

    /**
     * Bytes of weights and caches that the decoders of this cell hold together, roughly: eager DJL
     * keeps its filled cache beside the grown one, and filling takes a copy.
     *
     * @param peers those that are opened
     */
    long bytes(Iterable<Peer> peers) {
        double sum = 0;
        for (var peer : peers) {
            int kvCopies = peer == Peer.EAGER ? 3 : 1;
            sum += shape.parameters() * precision.bytesPerWeight() + kvCopies * kvBytes();
        }
        return (long) sum;
    }

    private double kvBytes() {
        int bytes = precision == Precision.F32 ? Float.BYTES : Short.BYTES;
        return 2.0 * shape.layers() * shape.kvWidth() * bytes * batch * context;
    }
}
