package dev.millrace.protocol.codec;

/**
 * A record is not what its type says. The message says which part, and never repeats its content.
 */
public final class Unreadable extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public Unreadable(String message) {
        super(message);
    }

    public Unreadable(String message, Throwable cause) {
        super(message, cause);
    }
}
