package dev.millrace.protocol;

import java.time.Duration;

/** The one rule about deadlines. */
final class Deadlines {
    private Deadlines() {}

    /** Longer than {@link Topics#LONGEST_DEADLINE}, and the log may forget a job before its end. */
    static void check(Duration deadline) {
        if (deadline.toMillis() < 1 || deadline.compareTo(Topics.LONGEST_DEADLINE) > 0) {
            throw new IllegalArgumentException(
                    "deadline must be 1.."
                            + Topics.LONGEST_DEADLINE.toMillis()
                            + " ms, was "
                            + deadline);
        }
    }
}
