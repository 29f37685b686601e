package dev.millrace.gateway.http.openai;

import dev.millrace.gateway.http.body.Envelope;
import dev.millrace.gateway.http.body.Fields;
import dev.millrace.gateway.http.body.Models;
import dev.millrace.gateway.http.body.Pictures;
import dev.millrace.gateway.submit.Submission;
import dev.millrace.protocol.Served;
import dev.millrace.protocol.Task;

/** Reads OpenAI's requests for images; what can be checked is, before anything is queued. */
final class ImageRequests {
    private static final int MAX_PARTIALS = 3;

    private final Models models;

    ImageRequests(Models models) {
        this.models = models;
    }

    AskedImages read(Fields body, String owner, String traceparent) {
        var model = pictureModel(body);
        int label = Pictures.promptLabel(body, model);
        boolean stream = body.flag("stream").orElse(false);
        int partials = partials(body, stream);
        Unsupported.refuseInImages(body);
        var parameters = Pictures.parameters(body, label, model);
        var submission =
                new Submission(
                        model.model(),
                        owner,
                        Envelope.deadline(body, model),
                        new Task.Picture(parameters),
                        traceparent,
                        Envelope.cancelOnDisconnect(body, true));
        body.refuseOthers();
        return new AskedImages(submission, parameters, stream, partials, model.tokens());
    }

    private Served.PictureModel pictureModel(Fields body) {
        return switch (models.named(body)) {
            case Served.PictureModel pictures -> pictures;
            case Served.TextModel text -> throw Models.otherKind(body, Task.Picture.KIND, text);
            case Served.SegmentModel segment ->
                    throw Models.otherKind(body, Task.Picture.KIND, segment);
        };
    }

    private static int partials(Fields body, boolean stream) {
        int partials = body.whole("partial_images", 0, MAX_PARTIALS).orElse(0L).intValue();
        if (partials > 0 && !stream) {
            throw body.refusal("partial_images", "needs stream to be true");
        }
        return partials;
    }
}
