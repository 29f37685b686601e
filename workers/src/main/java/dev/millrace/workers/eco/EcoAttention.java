package dev.millrace.workers.eco;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.millrace.workers.tensor.Safetensors;

/**
 * The published block: y = proj(attention(codes(to_qk x), to_v x)), every token looking at all of
 * them. It takes the place of a softmax attention of the same width and heads.
 *
 * @param queryKey the one projection of queries and keys, [width, width] and [width]
 */
public record EcoAttention(
        EcoShape shape,
        Projection queryKey,
        Projection value,
        Projection output,
        KernelHash hash,
        Numerator numerator) {

    /** y = weight x + bias. */
    public record Projection(NDArray weight, NDArray bias) {
        NDArray of(NDArray x) {
            return x.matMul(weight.transpose()).add(bias);
        }
    }

    /**
     * What was computed on the way to the output; heads apart, [batch, heads, tokens, ...].
     *
     * @param output [batch, tokens, width]
     */
    public record Pass(
            NDArray sigma,
            NDArray beforeSign,
            NDArray codes,
            NDArray values,
            NDArray attended,
            NDArray output) {}

    /**
     * Reads the block of that prefix in official names, the hash as it was learned; arrays live in
     * {@code scope}.
     */
    public static EcoAttention read(
            NDManager scope, Safetensors files, String prefix, Numerator numerator) {
        return new EcoTensors(scope, files, prefix).read(numerator);
    }

    /** With another hash. */
    public EcoAttention with(KernelHash other) {
        return new EcoAttention(shape, queryKey, value, output, other, numerator);
    }

    /** Everything in {@code x}'s scope; [batch, tokens, width]. */
    public Pass forward(NDArray x) {
        var kernel = KernelHash.kernel(units(x), hash.anchors());
        var beforeSign = hash.beforeSign(kernel);
        var codes = KernelHash.codes(beforeSign);
        var values = heads(value.of(x));
        var attended = CodeAttention.attend(codes, values, numerator);
        return new Pass(
                kernel.sigma(), beforeSign, codes, values, attended, output.of(merged(attended)));
    }

    /** Queries, which are the keys, at length 1: what a hash is learned from. */
    public NDArray units(NDArray x) {
        return KernelHash.unit(heads(queryKey.of(x))); // [batch, heads, tokens, headWidth]
    }

    private NDArray heads(NDArray x) {
        var extents = x.getShape();
        return x.reshape(extents.get(0), extents.get(1), shape.heads(), shape.headWidth())
                .transpose(0, 2, 1, 3);
    }

    private NDArray merged(NDArray x) {
        var extents = x.getShape();
        return x.transpose(0, 2, 1, 3).reshape(extents.get(0), extents.get(2), shape.width());
    }
}
