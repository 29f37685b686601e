package dev.millrace.gateway.http.openai;

import dev.millrace.gateway.http.body.Envelope;
import dev.millrace.gateway.http.body.Fields;
import dev.millrace.gateway.http.body.Models;
import dev.millrace.gateway.http.body.Prompts;
import dev.millrace.gateway.http.body.Sampling;
import dev.millrace.gateway.submit.Submission;
import dev.millrace.protocol.Served;
import dev.millrace.protocol.Task;
import dev.millrace.protocol.TextParameters;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads OpenAI's requests; everything that can be checked is, before anything is queued. */
final class Requests {
    private static final int MAX_COMPLETION_LOGPROBS = 5;

    private final Models models;

    Requests(Models models) {
        this.models = models;
    }

    Asked chat(Fields body, String owner, String traceparent) {
        var model = textModel(body);
        var prompt = Prompts.chat(body, model);
        var logprobs = chatLogprobs(body);
        Unsupported.refuseInChat(body);
        return asked(body, model, prompt, logprobs, owner, traceparent);
    }

    Asked completion(Fields body, String owner, String traceparent) {
        var model = textModel(body);
        var prompt = prompt(body, model);
        var logprobs =
                body.whole("logprobs", 0, MAX_COMPLETION_LOGPROBS)
                        .map(top -> OptionalInt.of(top.intValue()))
                        .orElse(OptionalInt.empty());
        Unsupported.refuseInCompletion(body);
        return asked(body, model, prompt, logprobs, owner, traceparent);
    }

    private Served.TextModel textModel(Fields body) {
        return switch (models.named(body)) {
            case Served.TextModel text -> text;
            case Served.PictureModel picture ->
                    throw Models.otherKind(body, Task.Text.KIND, picture);
            case Served.SegmentModel segment ->
                    throw Models.otherKind(body, Task.Text.KIND, segment);
        };
    }

    /** One text, also as an array of one. */
    private static Task.Prompt prompt(Fields body, Served.TextModel model) {
        var value = body.value("prompt");
        if (value.isPresent() && value.get().isArray()) {
            var prompts =
                    value.get().size() == 1 ? body.texts("prompt") : Optional.<List<String>>empty();
            return Prompts.plain(
                    body.named("prompt"),
                    prompts.orElseThrow(() ->
                                    body.refusal(
                                            "prompt",
                                            "must be one string, was an array of "
                                                    + value.get().size()))
                            .getFirst(),
                    model);
        }
        return Prompts.plain(body, "prompt", model);
    }

    private static OptionalInt chatLogprobs(Fields body) {
        var top = body.whole("top_logprobs", 0, TextParameters.MAX_LOGPROBS);
        if (body.flag("logprobs").orElse(false)) {
            return OptionalInt.of(top.orElse(0L).intValue());
        }
        if (top.isPresent()) {
            throw body.refusal("top_logprobs", "needs logprobs to be true");
        }
        return OptionalInt.empty();
    }

    private static Asked asked(
            Fields body,
            Served.TextModel model,
            Task.Prompt prompt,
            OptionalInt logprobs,
            String owner,
            String traceparent) {
        boolean stream = body.flag("stream").orElse(false);
        boolean includeUsage = includeUsage(body, stream);
        var parameters = Sampling.parameters(body, model, logprobs);
        var submission =
                new Submission(
                        model.model(),
                        owner,
                        Envelope.deadline(body, model),
                        new Task.Text(prompt, parameters),
                        traceparent,
                        Envelope.cancelOnDisconnect(body, true));
        body.refuseOthers();
        return new Asked(
                submission, body.requiredText("model"), stream, includeUsage, logprobs.isPresent());
    }

    private static boolean includeUsage(Fields body, boolean stream) {
        var options = body.object("stream_options");
        if (options.isEmpty()) {
            return false;
        }
        if (!stream) {
            throw body.refusal("stream_options", "needs stream to be true");
        }
        boolean include = options.get().flag("include_usage").orElse(false);
        options.get().flag("include_obfuscation");
        options.get().refuseOthers();
        return include;
    }
}
