package dev.millrace.workers.segment.zip;

/**
 * What is asked about a thing, beside its box with a point where it is widest.
 *
 * @param asksBoxAlone whether its box is asked about without a point too
 * @param solid of things that fill less of their convex hull, in [0, 1], each wide place is asked
 *     about alone too: they may be several
 */
public record Prompting(boolean asksBoxAlone, double solid) {
    /** As the paper is read. */
    public static final Prompting PUBLISHED = new Prompting(true, 0.85);

    /** With what has been found to help. */
    public static final Prompting BEST = new Prompting(false, 0.95);
}
