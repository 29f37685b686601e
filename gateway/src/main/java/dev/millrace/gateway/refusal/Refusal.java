package dev.millrace.gateway.refusal;

import java.time.Duration;

/**
 * A refusal: what was wrong, what was expected, and the value. Carries no stack trace, as it is no
 * surprise.
 */
public final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final Duration SOON = Duration.ofSeconds(1);

    private final Reason reason;
    private final String parameter;
    private final Duration retryAfter;

    private Refusal(Reason reason, String parameter, Duration retryAfter, String message) {
        super(message, null, false, false);
        this.reason = reason;
        this.parameter = parameter;
        this.retryAfter = retryAfter;
    }

    public static Refusal of(Reason reason, String message) {
        return new Refusal(reason, "", SOON, message);
    }

    /**
     * The value of {@code parameter} (a path such as {@code parameters.max_tokens}) is not
     * acceptable.
     */
    public static Refusal invalid(String parameter, String message) {
        return new Refusal(Reason.INVALID, parameter, SOON, message);
    }

    /** As {@link #invalid}, with a reason of its own. */
    public static Refusal at(String parameter, Reason reason, String message) {
        return new Refusal(reason, parameter, SOON, message);
    }

    public static Refusal later(Reason reason, Duration retryAfter, String message) {
        return new Refusal(reason, "", retryAfter, message);
    }

    public Reason reason() {
        return reason;
    }

    /** Which parameter is at fault; empty if none is. */
    public String parameter() {
        return parameter;
    }

    /**
     * When trying again makes sense; only for {@link Reason#TOO_MANY} and {@link
     * Reason#UNAVAILABLE}.
     */
    public Duration retryAfter() {
        return retryAfter;
    }
}
