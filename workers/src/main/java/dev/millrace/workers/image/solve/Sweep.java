package dev.millrace.workers.image.solve;

/**
 * What one sweep did.
 *
 * @param block of the flow; the last one is solved first
 * @param number of the sweep in its block (for {@link Window}: and picture), from 1
 * @param picture first of those that were swept
 * @param pictures how many were swept
 * @param first token that was read
 * @param count of tokens that were read
 * @param residual how far tokens moved, in the solver's own measure
 * @param frontier tokens of these pictures that will not change any more in this block
 */
public record Sweep(
        int block,
        int number,
        int picture,
        int pictures,
        int first,
        int count,
        double residual,
        int frontier) {}
