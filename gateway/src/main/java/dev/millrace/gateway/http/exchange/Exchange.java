package dev.millrace.gateway.http.exchange;

import dev.millrace.gateway.http.body.Fields;
import dev.millrace.gateway.refusal.Reason;
import dev.millrace.gateway.refusal.Refusal;
import dev.millrace.protocol.JobId;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;

import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** One request and its answer. */
public final class Exchange {
    private static final String JSON = "application/json";
    private static final String PROBLEM_JSON = "application/problem+json";
    private static final Pattern TRACEPARENT =
            Pattern.compile("[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");

    private final HttpServerRequest request;
    private final Surface surface;
    private final Map<String, String> path;

    /**
     * @param path the values of the path's parameters
     */
    public Exchange(HttpServerRequest request, Surface surface, Map<String, String> path) {
        this.request = request;
        this.surface = surface;
        this.path = Map.copyOf(path);
    }

    public HttpServerRequest request() {
        return request;
    }

    public HttpServerResponse response() {
        return request.response();
    }

    /** The digest of the key that asks; empty, as keys are not used. */
    public String owner() {
        return "";
    }

    /** W3C trace context; empty where there is none, or none that is well formed. */
    public String traceparent() {
        var header = request.getHeader("traceparent");
        return header != null && TRACEPARENT.matcher(header).matches() ? header : "";
    }

    public String path(String name) {
        var value = path.get(name);
        if (value == null) {
            throw new IllegalArgumentException("the route has no parameter " + name);
        }
        return value;
    }

    /** The job whose id is in the path. */
    public JobId job() {
        return job(path("id"));
    }

    /**
     * @throws Refusal if it is no job id
     */
    public static JobId job(String id) {
        return JobId.parse(id)
                .orElseThrow(() ->
                        Refusal.of(
                                Reason.NO_SUCH_JOB,
                                "there is no job '"
                                        + Fields.shown(id)
                                        + "'; expected an id as POST /v1/jobs gives it"));
    }

    public Optional<String> query(String name) {
        return Optional.ofNullable(request.getParam(name));
    }

    public Optional<String> header(String name) {
        return Optional.ofNullable(request.getHeader(name));
    }

    /** Whether somebody still waits for the answer. */
    public boolean isOpen() {
        return !response().ended() && !response().closed();
    }

    /** Runs this if the client goes away before the answer is complete. */
    public void onGone(Runnable act) {
        response()
                .closeHandler(_ -> {
                    if (!response().ended()) {
                        act.run();
                    }
                });
    }

    public void json(int status, byte[] body) {
        answer(status, JSON, body);
    }

    public void answer(int status, String contentType, byte[] body) {
        if (!isOpen()) {
            return;
        }
        if (!request.isEnded()) {
            response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, contentType)
                .end(Buffer.buffer(body));
    }

    /** Answers with what the failure means. */
    public void fail(Throwable failure) {
        answer(Problems.of(failure));
    }

    /** If the answer has begun, it is cut off instead: an end would look like a good one. */
    public void answer(Problem problem) {
        if (!isOpen()) {
            return;
        }
        if (response().headWritten()) {
            response().reset();
            return;
        }
        problem.retryAfter().ifPresent(this::retryAfter);
        response().putHeader("x-should-retry", Boolean.toString(problem.mayRetry()));
        answer(
                problem.status(),
                surface == Surface.OPENAI ? JSON : PROBLEM_JSON,
                Problems.bytes(problem, surface));
    }

    private void retryAfter(Duration wait) {
        long seconds = Math.max(1, wait.plusMillis(999).toSeconds());
        response().putHeader(HttpHeaders.RETRY_AFTER, Long.toString(seconds));
    }
}
