package dev.millrace.gateway.http.jobs;

import dev.millrace.gateway.http.body.Fields;
import dev.millrace.gateway.http.body.Models;
import dev.millrace.gateway.http.body.Prompts;
import dev.millrace.gateway.http.body.Sampling;
import dev.millrace.gateway.submit.Submission;
import dev.millrace.protocol.Served;
import dev.millrace.protocol.Task;
import dev.millrace.protocol.Topics;

import java.time.Duration;

/**
 * The native request: {@code {"model", "input": {"prompt"} or {"messages"}, "parameters"?,
 * "deadline"?, "on_disconnect"?}}.
 */
public final class JobBody {
    private static final double MILLIS = 1000;

    private final Models models;

    public JobBody(Models models) {
        this.models = models;
    }

    /** Checks everything that can be checked before anything is queued. */
    public Submission read(Fields body, String owner, String traceparent) {
        var model = models.named(body);
        var submission =
                new Submission(
                        model.model(),
                        owner,
                        deadline(body, model),
                        task(body, model),
                        traceparent,
                        cancelOnDisconnect(body));
        body.refuseOthers();
        return submission;
    }

    private static Task task(Fields body, Served.Model model) {
        if (!model.kind().equals(Task.Text.KIND)) {
            throw body.refusal(
                    "model", "must be of kind text, " + model.model() + " is " + model.kind());
        }
        var input =
                body.object("input")
                        .orElseThrow(
                                () -> body.refusal("input", "must be an object, was not there"));
        var prompt = Prompts.either(input, model);
        input.refuseOthers();
        var parameters = body.object("parameters").orElseGet(() -> Fields.none("parameters"));
        return new Task.Text(prompt, Sampling.nativeParameters(parameters, model));
    }

    /** In seconds. */
    private static Duration deadline(Fields body, Served.Model model) {
        return body.number("deadline", 1 / MILLIS, Topics.LONGEST_DEADLINE.toMillis() / MILLIS)
                .map(seconds -> Duration.ofMillis(Math.round(seconds * MILLIS)))
                .orElse(model.deadline());
    }

    private static boolean cancelOnDisconnect(Fields body) {
        return switch (body.text("on_disconnect").orElse("continue")) {
            case "continue" -> false;
            case "cancel" -> true;
            case String other ->
                    throw body.refusal(
                            "on_disconnect",
                            "must be continue or cancel, was '" + Fields.shown(other) + "'");
        };
    }
}
