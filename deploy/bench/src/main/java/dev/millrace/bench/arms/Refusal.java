package dev.millrace.bench.arms;

/** A decoder cannot be had here; the message says why, for the reader of a table. */
public final class Refusal extends Exception {
    private static final long serialVersionUID = 1;

    public Refusal(String message) {
        super(message);
    }

    public Refusal(String message, Throwable cause) {
        super(message, cause);
    }
}
