package dev.millrace.workers.text.kernels;

import java.util.List;

/**
 * What a decoder computed for some tokens, in main memory, one row per token.
 *
 * @param embedding the residual stream before the first layer, rows of the hidden width
 * @param layers the residual stream after each layer
 * @param finalNorm the last layer's, normed
 * @param logits rows of the vocabulary's size
 */
@SuppressWarnings("ArrayRecordComponent") // a few million floats, read once by who asked
public record Activations(
        float[] embedding, List<float[]> layers, float[] finalNorm, float[] logits) {
    public Activations {
        layers = List.copyOf(layers);
    }
}
