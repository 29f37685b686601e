package dev.millrace.workers.energy;

/**
 * Two meters of one decoder.
 *
 * @param attention scores, their exponentials, hashes, and what is made of values
 * @param rest all else: projections, norms, rotations, the MLP, the vocabulary
 */
public record Meters(Meter attention, Meter rest) {
    public static final Meters NONE = new Meters(Meter.NONE, Meter.NONE);
}
