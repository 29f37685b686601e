package dev.millrace.workers.text.model;

import java.util.List;

/**
 * The shape of a decoder-only transformer with RMSNorm, rotary positions, grouped-query attention
 * and a SwiGLU MLP.
 *
 * @param hidden width of the residual stream
 * @param kvHeads key and value heads; query head j reads kv head j * kvHeads / heads
 * @param headDim width of one head; heads * headDim need not be hidden
 * @param feedForward width of the MLP's middle
 * @param epsilon added to the mean square in every RMSNorm
 * @param tied whether the output head is the embedding
 * @param maxPositions tokens the positions were trained for
 * @param sights of each layer
 */
public record DecoderConfig(
        int layers,
        int hidden,
        int heads,
        int kvHeads,
        int headDim,
        int feedForward,
        int vocabulary,
        double epsilon,
        Rope rope,
        Extras extras,
        boolean tied,
        int maxPositions,
        List<Sight> sights) {

    /**
     * What some architectures have and others lack.
     *
     * @param qkvBias a bias on the query, key and value projections
     * @param outputBias a bias on the attention's output projection
     * @param qkNorm an RMSNorm over each head's query and key, before the rotation
     */
    public record Extras(boolean qkvBias, boolean outputBias, boolean qkNorm) {}

    public DecoderConfig {
        sights = List.copyOf(sights);
        if (sights.size() != layers) {
            throw new IllegalArgumentException(
                    "must have a sight for each of " + layers + " layers, has " + sights.size());
        }
        if (heads % kvHeads != 0) {
            throw new IllegalArgumentException(
                    "num_attention_heads must be a multiple of num_key_value_heads, was "
                            + heads
                            + " and "
                            + kvHeads);
        }
        if (headDim % 2 != 0) {
            throw new IllegalArgumentException("head_dim must be even, was " + headDim);
        }
    }

    /** Columns of the queries of one token. */
    public int queryWidth() {
        return heads * headDim;
    }

    /** Whether some layer's queries grow with the length. */
    public boolean isLogScaled() {
        return sights.stream().anyMatch(Sight::isLogScaled);
    }

    /** Columns of the keys of one token; as many as of its values. */
    public int kvWidth() {
        return kvHeads * headDim;
    }
}
