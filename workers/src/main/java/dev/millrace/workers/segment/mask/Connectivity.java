package dev.millrace.workers.segment.mask;

/** Which cells of a grid touch. */
public enum Connectivity {
    /** Those that share an edge. */
    FOUR,

    /** Those that share an edge or a corner. */
    EIGHT
}
