package dev.millrace.bench;

/** A decoder computes something else than ours does; times of it would mean nothing. */
final class Disagreement extends RuntimeException {
    private static final long serialVersionUID = 1;

    Disagreement(String message) {
        super(message);
    }
}
