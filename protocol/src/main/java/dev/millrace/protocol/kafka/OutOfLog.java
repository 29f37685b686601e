package dev.millrace.protocol.kafka;

/** The place asked for is not in the log: not yet, no longer, or never. */
public final class OutOfLog extends RuntimeException {
    private static final long serialVersionUID = 1L;

    OutOfLog(String message, Throwable cause) {
        super(message, cause);
    }
}
