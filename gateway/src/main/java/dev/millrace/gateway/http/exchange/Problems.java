package dev.millrace.gateway.http.exchange;

import com.fasterxml.jackson.core.JsonGenerator;

import dev.millrace.gateway.http.body.Json;
import dev.millrace.gateway.refusal.Refusal;
import dev.millrace.protocol.Body;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.io.IOException;
import java.util.Objects;

/** Turns failures into answers; nowhere else does the gateway decide what a failure looks like. */
public final class Problems {
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    private Problems() {}

    /** What a failure means to the client. What nobody planned is logged here, once. */
    public static Problem of(Throwable failure) {
        if (failure instanceof Refusal refusal) {
            return of(refusal);
        }
        LOG.atError().setCause(failure).log("a request failed unexpectedly");
        return Problem.passing(
                500, "internal", "Internal error", "the gateway failed; its log says why");
    }

    private static Problem of(Refusal refusal) {
        var detail = Objects.requireNonNullElse(refusal.getMessage(), "");
        var problem =
                switch (refusal.reason()) {
                    case INVALID ->
                            Problem.lasting(400, "invalid_request", "Invalid request", detail);
                    case TOO_LONG ->
                            Problem.lasting(
                                    400, "context_length_exceeded", "Prompt too long", detail);
                    case NO_SUCH_MODEL ->
                            Problem.lasting(404, "model_not_found", "Unknown model", detail);
                    case NO_SUCH_JOB ->
                            Problem.lasting(404, "job_not_found", "Unknown job", detail);
                    case GONE -> Problem.lasting(410, "gone", "No longer in the log", detail);
                    case TOO_LARGE ->
                            Problem.lasting(413, "body_too_large", "Body too large", detail);
                    case TOO_MANY ->
                            Problem.passing(429, "too_many", "Too many", detail)
                                    .after(refusal.retryAfter());
                    case UNAVAILABLE ->
                            Problem.passing(503, "unavailable", "Unavailable", detail)
                                    .after(refusal.retryAfter());
                };
        return problem.at(refusal.parameter());
    }

    /** What the end of a stream means to somebody who waited for its answer. */
    public static Problem of(Body.Terminal end) {
        return switch (end) {
            case Body.Failed failed when failed.code().isClientsFault() ->
                    Problem.lasting(400, failed.code().word(), "Invalid request", failed.message());
            case Body.Failed failed ->
                    Problem.passing(500, failed.code().word(), "Failed", failed.message());
            case Body.Cancelled _ ->
                    Problem.lasting(409, "cancelled", "Cancelled", "the job was cancelled");
            case Body.Expired _ ->
                    Problem.lasting(
                            504, "expired", "Expired", "the job was not done by its deadline");
            case Body.Completed _ ->
                    throw new IllegalArgumentException("a completed stream is no problem");
        };
    }

    /** The answer's body. */
    public static byte[] bytes(Problem problem, Surface surface) {
        return Json.object(json -> write(json, problem, surface));
    }

    /** The answer's fields, into an object that is already open. */
    public static void write(JsonGenerator json, Problem problem, Surface surface)
            throws IOException {
        switch (surface) {
            case NATIVE -> writeNative(json, problem);
            case OPENAI -> writeOpenAi(json, problem);
        }
    }

    private static void writeNative(JsonGenerator json, Problem problem) throws IOException {
        json.writeStringField("type", "urn:millrace:problem:" + problem.code());
        json.writeStringField("title", problem.title());
        json.writeNumberField("status", problem.status());
        json.writeStringField("code", problem.code());
        json.writeStringField("detail", problem.detail());
        if (!problem.parameter().isEmpty()) {
            json.writeStringField("parameter", problem.parameter());
        }
    }

    private static void writeOpenAi(JsonGenerator json, Problem problem) throws IOException {
        json.writeObjectFieldStart("error");
        json.writeStringField("message", problem.detail());
        json.writeStringField("type", openAiType(problem));
        json.writeFieldName("param");
        if (problem.parameter().isEmpty()) {
            json.writeNull();
        } else {
            json.writeString(problem.parameter());
        }
        json.writeStringField("code", problem.code());
        json.writeEndObject();
    }

    private static String openAiType(Problem problem) {
        if (problem.isServersFault()) {
            return "server_error";
        }
        return problem.status() == 429 ? "rate_limit_error" : "invalid_request_error";
    }
}
