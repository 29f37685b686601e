package dev.millrace.gateway.log;

/** A record was not acknowledged: it may be in the log or not, or come to be in it later. */
public final class AppendFailed extends RuntimeException {
    private static final long serialVersionUID = 1L;

    AppendFailed(String message, Throwable cause) {
        super(message, cause);
    }
}
