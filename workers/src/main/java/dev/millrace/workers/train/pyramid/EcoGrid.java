package dev.millrace.workers.train.pyramid;

import ai.djl.ndarray.NDArray;

import dev.millrace.workers.eco.CodeAttention;
import dev.millrace.workers.eco.EcoShape;
import dev.millrace.workers.eco.KernelHash;
import dev.millrace.workers.eco.Numerator;
import dev.millrace.workers.energy.Meter;
import dev.millrace.workers.energy.Operation;

/** The published block, its weights by their official names. */
record EcoGrid(Numerator numerator) implements GridAttention {
    private static final String HASH = "attn.fast_attention.ksh.";

    @Override
    public NDArray of(Layers layers, Meter meter, NDArray x, String prefix, int heads) {
        var hash =
                new KernelHash(
                        layers.weight(prefix + HASH + "A"),
                        layers.weight(prefix + HASH + "mvec"),
                        layers.weight(prefix + HASH + "anchor"));
        var unit = units(layers, x, prefix, heads);
        var values = GridAttention.split(layers.linear(x, prefix + "attn.to_v"), heads);
        var codes = KernelHash.codes(hash.beforeSign(KernelHash.kernel(unit, hash.anchors())));
        var attended = CodeAttention.attend(codes, values, numerator);
        var shape =
                new EcoShape(
                        (int) x.getShape().get(2),
                        heads,
                        (int) codes.getShape().get(3),
                        (int) hash.anchors().getShape().get(2));
        tell(meter, x.getShape().get(0), x.getShape().get(1), shape);
        return layers.linear(GridAttention.join(attended), prefix + "attn.proj");
    }

    /** Queries, which are the keys, at length 1, [n, heads, tokens, headWidth]. */
    static NDArray units(Layers layers, NDArray x, String prefix, int heads) {
        return KernelHash.unit(GridAttention.split(layers.linear(x, prefix + "attn.to_qk"), heads));
    }

    /**
     * Of the operations above: lengths, products with anchors, the kernel, the products before
     * signs; sums and differences by code; one division for each number. A product with a sign is
     * an addition, as in the published account; that signs can be differentiated costs nothing.
     */
    private static void tell(Meter meter, long pictures, long tokens, EcoShape shape) {
        long all = pictures * shape.heads() * tokens;
        long width = shape.headWidth();
        long bits = shape.bits();
        long anchors = shape.anchors();
        meter.products(all * (2 * width + anchors * width + anchors * bits));
        meter.count(Operation.F32_MULTIPLY, all * (anchors + width));
        meter.count(Operation.F32_ADD, all * anchors * 4);
        meter.count(Operation.EXPONENTIAL, all * anchors);
        meter.count(Operation.ROOT, all);
        meter.count(Operation.DIVIDE, all * (2 * width + anchors));
        meter.count(Operation.F32_ADD, all * (2 * bits * width + width)); // both sums, and beta v
        meter.count(Operation.I32_ADD, all * (2 * bits + 1));
    }
}
