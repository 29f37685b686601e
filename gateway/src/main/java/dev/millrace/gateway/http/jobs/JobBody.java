package dev.millrace.gateway.http.jobs;

import dev.millrace.gateway.http.body.Envelope;
import dev.millrace.gateway.http.body.Fields;
import dev.millrace.gateway.http.body.Models;
import dev.millrace.gateway.http.body.Prompts;
import dev.millrace.gateway.http.body.Sampling;
import dev.millrace.gateway.submit.Submission;
import dev.millrace.protocol.Served;
import dev.millrace.protocol.Task;

/**
 * The native request: {@code {"model", "input": {"prompt"} or {"messages"}, "parameters"?,
 * "deadline"?, "on_disconnect"?}}.
 */
public final class JobBody {
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
                        Envelope.deadline(body, model),
                        task(body, model),
                        traceparent,
                        Envelope.cancelOnDisconnect(body, false));
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
}
