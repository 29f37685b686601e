package dev.millrace.workers.eco;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.DataType;

import dev.millrace.workers.tensor.Gradients;

/**
 * Attention by codes of signs: tokens are as similar as h_i h_j + offset, where offset = bits + 1
 * keeps every similarity at 1 or more.
 *
 * <p>Sums over all tokens come first, so the cost grows with the tokens and not with their square.
 */
public final class CodeAttention {
    private CodeAttention() {}

    /**
     * Every token looks at all of them.
     *
     * @param codes [batch, heads, tokens, bits]
     * @param values [batch, heads, tokens, headWidth]
     * @return in the scope of the codes, [batch, heads, tokens, headWidth]
     */
    public static NDArray attend(NDArray codes, NDArray values, Numerator numerator) {
        int[] tokens = {2};
        long offset = offset(codes);
        var mixed = codes.transpose(0, 1, 3, 2).matMul(values); // [batch, heads, bits, headWidth]
        var sum = codes.sum(tokens, true); // [batch, heads, 1, bits]
        var added =
                switch (numerator) {
                    case OFFICIAL -> values;
                    case CONSISTENT -> values.sum(tokens, true);
                };
        var similarities =
                codes.matMul(sum.transpose(0, 1, 3, 2)).add(offset * codes.getShape().get(2));
        return codes.matMul(mixed).add(Gradients.times(added, (double) offset)).div(similarities);
    }

    /**
     * Every token looks at itself and those before it, with the consistent numerator; token by
     * token against each other, so slow and obvious.
     */
    public static NDArray causal(NDArray codes, NDArray values) {
        long tokens = codes.getShape().get(2);
        var order = codes.getManager().arange(0, (int) tokens, 1, DataType.FLOAT32);
        var seen = order.reshape(tokens, 1).gte(order.reshape(1, tokens));
        var similarities =
                codes.matMul(codes.transpose(0, 1, 3, 2))
                        .add(offset(codes))
                        .mul(seen.toType(DataType.FLOAT32, false));
        return similarities.matMul(values).div(similarities.sum(new int[] {3}, true));
    }

    private static long offset(NDArray codes) {
        return codes.getShape().get(3) + 1;
    }
}
