package dev.millrace.workers.image.solve;

/** A token's value is infinite or no number, although it was computed of exact values. */
public final class NoNumbersException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    NoNumbersException(int token, float change) {
        super("token " + token + " must have finite values, a sweep changed it by " + change);
    }
}
