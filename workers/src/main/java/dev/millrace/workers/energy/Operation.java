package dev.millrace.workers.energy;

/**
 * An arithmetic operation, and the energy that it takes in a circuit of 45 nm: the figures that are
 * usual in comparisons of networks (M. Horowitz, ISSCC 2014).
 *
 * <p>Comparisons count as additions, and so do subtractions. What has no price there is counted and
 * stays without one.
 */
public enum Operation {
    F32_MULTIPLY(3.7),
    F32_ADD(0.9),
    F16_MULTIPLY(1.1),
    F16_ADD(0.4),
    I32_MULTIPLY(3.1),
    I32_ADD(0.1),
    I8_MULTIPLY(0.2),
    I8_ADD(0.03),
    /** Also sines and cosines. */
    EXPONENTIAL(0),
    ROOT(0),
    DIVIDE(0);

    private final double picojoules;

    Operation(double picojoules) {
        this.picojoules = picojoules;
    }

    /** Of one of them; 0 if it has no price. */
    public double picojoules() {
        return picojoules;
    }
}
