package dev.millrace.workers.text.model;

/**
 * What a layer's attention sees, and how.
 *
 * @param window it sees so many newest positions, its own among them; 0: all
 * @param isRotated whether queries and keys are turned by their position (if not: NoPE, A.
 *     Kazemnejad et al., arXiv:2305.19466)
 * @param logScaleFrom queries are multiplied by 1 + s max(0, ln(positions seen / logScaleFrom)),
 *     with a learned s for each head, so that attention stays sharp however much there is to see
 *     (Y. Chiang and P. Cholak, arXiv:2202.12172); 0: they are not
 */
public record Sight(int window, boolean isRotated, int logScaleFrom) {
    /** Llama's: everything, turned. */
    public static final Sight FULL = new Sight(0, true, 0);

    public Sight {
        if (window < 0 || logScaleFrom < 0) {
            throw new IllegalArgumentException(
                    "window and logScaleFrom must not be negative, were "
                            + window
                            + " and "
                            + logScaleFrom);
        }
    }

    public boolean isWindowed() {
        return window > 0;
    }

    public boolean isLogScaled() {
        return logScaleFrom > 0;
    }

    /** The first position that is seen from a position. */
    public int from(int position) {
        return isWindowed() ? Math.max(0, position + 1 - window) : 0;
    }

    /** What a head's learned {@code s} is multiplied by at a position. */
    public float logScale(int position) {
        return isLogScaled() ? (float) Math.max(0, Math.log((position + 1.0) / logScaleFrom)) : 0;
    }
}
