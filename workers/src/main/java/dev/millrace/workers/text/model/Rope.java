package dev.millrace.workers.text.model;

/**
 * Rotary positions: pair i of a head's width turns by position * theta^(-2i/headDim).
 *
 * <p>J. Su et al., "RoFormer", arXiv:2104.09864, in Hugging Face's layout: the pair is (i, i +
 * headDim/2).
 */
public record Rope(double theta, Scaling scaling) {
    /** How frequencies are stretched beyond the context the model was first trained on. */
    public sealed interface Scaling {}

    public record Unscaled() implements Scaling {}

    /**
     * Llama 3.1's: frequencies whose wavelength exceeds {@code original / low} are divided by
     * {@code factor}, those under {@code original / high} stay, between them it is blended.
     */
    public record Llama3(double factor, double low, double high, double original)
            implements Scaling {}

    /** Angle per position of each pair of a head. */
    public float[] inverseFrequencies(int headDim) {
        var frequencies = new float[headDim / 2];
        for (int i = 0; i < frequencies.length; i++) {
            frequencies[i] = (float) scaled(Math.pow(theta, -2.0 * i / headDim));
        }
        return frequencies;
    }

    private double scaled(double frequency) {
        return switch (scaling) {
            case Unscaled() -> frequency;
            case Llama3(double factor, double low, double high, double original) -> {
                double wavelength = 2 * Math.PI / frequency;
                double kept = Math.clamp((original / wavelength - low) / (high - low), 0.0, 1.0);
                yield frequency * (kept + (1 - kept) / factor);
            }
        };
    }
}
