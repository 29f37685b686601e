package dev.millrace.gateway.http.jobs;

import dev.millrace.gateway.http.body.Envelope;
import dev.millrace.gateway.http.body.Fields;
import dev.millrace.gateway.http.body.Models;
import dev.millrace.gateway.http.body.Pictures;
import dev.millrace.gateway.http.body.Prompts;
import dev.millrace.gateway.http.body.Sampling;
import dev.millrace.gateway.http.body.Segmentations;
import dev.millrace.gateway.submit.Submission;
import dev.millrace.protocol.Served;
import dev.millrace.protocol.Task;

/**
 * The native request: {@code {"model", "input": {"prompt"} or {"messages"} or {"class"}? or
 * {"image", "classes"?, "prompts"?}, "parameters"?, "deadline"?, "on_disconnect"?}}.
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
        return switch (model) {
            case Served.TextModel text -> text(body, text);
            case Served.PictureModel pictures -> pictures(body, pictures);
            case Served.SegmentModel segment -> segmentation(body, segment);
        };
    }

    private static Task.Text text(Fields body, Served.TextModel model) {
        var input = input(body);
        var prompt = Prompts.either(input, model);
        input.refuseOthers();
        return new Task.Text(prompt, Sampling.nativeParameters(parameters(body), model));
    }

    private static Task.Picture pictures(Fields body, Served.PictureModel model) {
        var input = body.object("input").orElseGet(() -> Fields.none("input"));
        return new Task.Picture(Pictures.nativeParameters(input, parameters(body), model));
    }

    private static Task.Segmentation segmentation(Fields body, Served.SegmentModel model) {
        return Segmentations.nativeTask(input(body), parameters(body), model);
    }

    private static Fields input(Fields body) {
        return body.object("input")
                .orElseThrow(() -> body.refusal("input", "must be an object, was not there"));
    }

    private static Fields parameters(Fields body) {
        return body.object("parameters").orElseGet(() -> Fields.none("parameters"));
    }
}
