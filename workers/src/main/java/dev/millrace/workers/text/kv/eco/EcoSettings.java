package dev.millrace.workers.text.kv.eco;

/**
 * What a layer sees exactly.
 *
 * @param window newest tokens, the token's own among them
 * @param sinks first tokens of a text, which are seen for ever
 */
public record EcoSettings(int window, int sinks) {
    public static final EcoSettings USUAL = new EcoSettings(256, 4);

    public EcoSettings {
        if (window < 1 || sinks < 0) {
            throw new IllegalArgumentException(
                    "window must be at least 1 and sinks at least 0, were %d and %d"
                            .formatted(window, sinks));
        }
    }

    /** Tokens that are seen exactly. */
    public int rows() {
        return window + sinks;
    }

    /** Where a position's key and value lie, after those of the one that left for it. */
    public int row(int position) {
        return position < sinks ? position : sinks + (position - sinks) % window;
    }

    /** Whether a token at this position takes the place of an older one. */
    public boolean isFull(int position) {
        return position >= rows();
    }
}
