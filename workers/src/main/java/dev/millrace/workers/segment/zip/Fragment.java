package dev.millrace.workers.segment.zip;

import dev.millrace.workers.segment.mask.Box;

/**
 * A connected piece of one cluster.
 *
 * <p>Clusters on boundaries come in long, thin, branching pieces: few cells in a large box, with
 * much of an edge.
 *
 * @param label the piece's number
 * @param cluster from 0
 * @param area in cells
 * @param box around its cells
 * @param active how many of its cells are active
 * @param perimeter how many edges of its cells are edges of the piece
 */
public record Fragment(int label, int cluster, int area, Box box, int active, int perimeter) {
    /** The share of its cells that is active. */
    public double gain() {
        return (double) active / area;
    }

    /** The paper's boundary score: its box's area by its own, at least 1. */
    public double loss() {
        return box.area() / area;
    }

    /** How much longer its edge is, squared, than a square's of its area: at least 1. */
    public double spread() {
        return (double) perimeter * perimeter / (16.0 * area);
    }
}
