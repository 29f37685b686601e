package dev.millrace.gateway.http.exchange;

import java.time.Duration;
import java.util.Optional;

/**
 * Why a request is not answered as asked.
 *
 * @param code a word that programs may test
 * @param detail what was wrong, what was expected, and the value
 * @param parameter which parameter is at fault; empty if none is
 * @param retryAfter when trying again makes sense; empty if it never does, or at once
 * @param mayRetry whether the same request may succeed later
 */
public record Problem(
        int status,
        String code,
        String title,
        String detail,
        String parameter,
        Optional<Duration> retryAfter,
        boolean mayRetry) {
    /** A problem that the same request will meet again. */
    public static Problem lasting(int status, String code, String title, String detail) {
        return new Problem(status, code, title, detail, "", Optional.empty(), false);
    }

    /** A problem that the same request may not meet again. */
    public static Problem passing(int status, String code, String title, String detail) {
        return new Problem(status, code, title, detail, "", Optional.empty(), true);
    }

    Problem at(String parameter) {
        return new Problem(status, code, title, detail, parameter, retryAfter, mayRetry);
    }

    Problem after(Duration wait) {
        return new Problem(status, code, title, detail, parameter, Optional.of(wait), true);
    }

    public boolean isServersFault() {
        return status >= 500;
    }
}
