package dev.millrace.workers.image.flow;

/**
 * How strongly a sample is pushed from what any picture is towards what its label says: {@code a +=
 * g (a - a')} of the log-scales and shifts, where a' is computed without the label (TarFlow,
 * arXiv:2412.06329, section 3.4).
 *
 * @param weight g; 0 means none
 * @param temperature of the attention without the label; what guides a model without labels
 * @param isAnnealed whether g grows with the token: {@code weight (i + 1) / (tokens - 1)} for what
 *     follows token i
 */
public record Guidance(double weight, double temperature, boolean isAnnealed, Target target) {
    public static final Guidance NONE = new Guidance(0, 1, false, Target.BOTH);

    /** What is guided. */
    public enum Target {
        BOTH,
        SHIFT
    }

    public Guidance {
        if (!(weight >= 0 && Double.isFinite(weight))) {
            throw new IllegalArgumentException("weight must be at least 0, was " + weight);
        }
        if (!(temperature > 0 && Double.isFinite(temperature))) {
            throw new IllegalArgumentException("temperature must be > 0, was " + temperature);
        }
    }

    public boolean isOn() {
        return weight > 0;
    }

    /** g of each token that something follows, [tokens]. */
    public float[] scale(int tokens) {
        var scale = new float[tokens];
        for (int i = 0; i < tokens; i++) {
            scale[i] = (float) (isAnnealed ? weight * (i + 1) / Math.max(1, tokens - 1) : weight);
        }
        return scale;
    }
}
