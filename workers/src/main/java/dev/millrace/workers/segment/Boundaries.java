package dev.millrace.workers.segment;

/**
 * In what boundaries between things are looked for.
 *
 * @param trunkSide pixels along the short side of the picture that the residual network sees
 * @param colourSide cells along the short side of a grid of colours
 */
public record Boundaries(Source source, int trunkSide, int colourSide) {
    /** Whose clusters show boundaries. */
    public enum Source {
        /** Features of CLIP's residual network, as published. */
        TRUNK,
        /** The picture's own colours, and how fast its brightness changes. */
        COLOURS
    }

    public Boundaries {
        if (trunkSide < 1 || colourSide < 1) {
            throw new IllegalArgumentException(
                    "sides must be positive, were %d and %d".formatted(trunkSide, colourSide));
        }
    }

    Boundaries from(Source other) {
        return new Boundaries(other, trunkSide, colourSide);
    }
}
