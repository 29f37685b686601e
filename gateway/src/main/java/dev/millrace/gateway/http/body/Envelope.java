package dev.millrace.gateway.http.body;

import dev.millrace.protocol.Served;
import dev.millrace.protocol.Topics;

import java.time.Duration;

/** What every request may say about its job, whatever the task. */
public final class Envelope {
    private static final double MILLIS = 1000;

    private Envelope() {}

    /** In seconds. */
    public static Duration deadline(Fields body, Served.Model model) {
        return body.number("deadline", 1 / MILLIS, Topics.LONGEST_DEADLINE.toMillis() / MILLIS)
                .map(seconds -> Duration.ofMillis(Math.round(seconds * MILLIS)))
                .orElse(model.deadline());
    }

    /**
     * @param usually where the request says nothing
     */
    public static boolean cancelOnDisconnect(Fields body, boolean usually) {
        return switch (body.text("on_disconnect").orElse(usually ? "cancel" : "continue")) {
            case "continue" -> false;
            case "cancel" -> true;
            case String other ->
                    throw body.refusal(
                            "on_disconnect",
                            "must be continue or cancel, was '" + Shown.name(other) + "'");
        };
    }
}
