package dev.millrace.gateway.http;

import static dev.millrace.gateway.http.exchange.Surface.NATIVE;
import static dev.millrace.gateway.http.exchange.Surface.OPENAI;

import static io.vertx.core.http.HttpMethod.GET;
import static io.vertx.core.http.HttpMethod.POST;

import dev.millrace.gateway.http.body.Fields;
import dev.millrace.gateway.http.console.Pages;
import dev.millrace.gateway.http.exchange.Exchange;
import dev.millrace.gateway.http.exchange.HttpMeters;
import dev.millrace.gateway.http.exchange.Origins;
import dev.millrace.gateway.http.exchange.Problem;
import dev.millrace.gateway.http.exchange.Surface;
import dev.millrace.gateway.http.jobs.JobRoutes;
import dev.millrace.gateway.http.openai.CompletionRoutes;
import dev.millrace.gateway.http.openai.ImageRoutes;
import dev.millrace.gateway.http.openai.ModelRoutes;
import dev.millrace.gateway.http.segment.SegmentationRoutes;
import dev.millrace.gateway.http.socket.Sockets;

import io.vertx.core.http.HttpServerRequest;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** Every address a client may ask, and what answers it. */
final class Routes {
    private static final Logger LOG = LoggerFactory.getLogger(Routes.class);

    static final String SOCKET = "/v1/ws";
    private static final String NOWHERE = "other";

    private final List<Route> table;
    private final Origins origins;
    private final HttpMeters meters;

    Routes(
            JobRoutes jobs,
            Sockets sockets,
            CompletionRoutes completions,
            ImageRoutes images,
            SegmentationRoutes segmentations,
            ModelRoutes models,
            Origins origins,
            HttpMeters meters) {
        this.origins = origins;
        this.meters = meters;
        table =
                List.of(
                        new Route(POST, "/v1/jobs", NATIVE, jobs::submit),
                        new Route(GET, "/v1/jobs/{id}", NATIVE, jobs::status),
                        new Route(GET, "/v1/jobs/{id}/events", NATIVE, jobs::events),
                        new Route(POST, "/v1/jobs/{id}/cancel", NATIVE, jobs::cancel),
                        new Route(GET, SOCKET, NATIVE, sockets::open),
                        new Route(POST, "/v1/chat/completions", OPENAI, completions::chat),
                        new Route(POST, "/v1/completions", OPENAI, completions::completion),
                        new Route(POST, "/v1/images/generations", OPENAI, images::generate),
                        new Route(POST, "/v1/segmentations", NATIVE, segmentations::segment),
                        new Route(GET, "/v1/models", OPENAI, models::list),
                        new Route(GET, "/v1/models/{model}", OPENAI, models::one),
                        new Route(GET, "/", NATIVE, page("console/index.html")),
                        new Route(GET, "/console/console.css", NATIVE, page("console/console.css")),
                        new Route(GET, "/console/console.js", NATIVE, page("console/console.js")),
                        new Route(GET, "/console/pictures.js", NATIVE, page("console/pictures.js")),
                        new Route(GET, "/console/masks.js", NATIVE, page("console/masks.js")),
                        new Route(GET, "/console/scene-1.png", NATIVE, page("console/scene-1.png")),
                        new Route(GET, "/console/scene-2.png", NATIVE, page("console/scene-2.png")),
                        new Route(GET, "/console/scene-3.png", NATIVE, page("console/scene-3.png")),
                        new Route(GET, "/console/scene-4.png", NATIVE, page("console/scene-4.png")),
                        new Route(GET, "/console/icon.svg", NATIVE, page("console/icon.svg")),
                        new Route(GET, "/openapi.yaml", NATIVE, page("openapi.yaml")),
                        new Route(GET, "/asyncapi.yaml", NATIVE, page("asyncapi.yaml")));
    }

    private static Route.Act page(String name) {
        return Pages.page(name)::show;
    }

    /** Method and path of each. */
    List<String> addresses() {
        return table.stream().map(route -> route.method().name() + ' ' + route.path()).toList();
    }

    void handle(HttpServerRequest request) {
        var path = request.path() == null ? "" : request.path();
        var segments = Route.segments(path);
        var here = table.stream().filter(route -> route.match(segments).isPresent()).toList();
        var route = here.stream().filter(r -> r.method().equals(request.method())).findFirst();
        watch(request, here.stream().findFirst().map(Route::path).orElse(NOWHERE));
        if (here.isEmpty()) {
            new Exchange(request, surface(path), Map.of()).answer(noRoute(path));
        } else if (route.isEmpty()) {
            wrongMethod(request, here);
        } else {
            run(request, route.get(), route.get().match(segments).orElse(Map.of()));
        }
    }

    /** Counts and logs a request when its answer begins; never what was asked or answered. */
    private void watch(HttpServerRequest request, String path) {
        var response = request.response();
        long asked = System.nanoTime();
        response.headersEndHandler(_ -> {
            meters.answered(request.method().name(), path, response.getStatusCode());
            LOG.atLevel(path.startsWith("/v1/") ? Level.INFO : Level.DEBUG)
                    .addKeyValue("method", request.method().name())
                    .addKeyValue("path", path)
                    .addKeyValue("status", response.getStatusCode())
                    .addKeyValue("ms", (System.nanoTime() - asked) / 1_000_000)
                    .log("answered");
        });
    }

    private void run(HttpServerRequest request, Route route, Map<String, String> path) {
        var exchange = new Exchange(request, route.surface(), path);
        var foreign = changes(route) ? origins.refuse(request) : Optional.<Problem>empty();
        if (foreign.isPresent()) {
            exchange.answer(foreign.get());
            return;
        }
        try {
            route.act().on(exchange).onFailure(exchange::fail);
        } catch (RuntimeException e) {
            exchange.fail(e);
        }
    }

    /** A socket can submit and cancel, too. */
    private static boolean changes(Route route) {
        return !route.method().equals(GET) || route.path().equals(SOCKET);
    }

    /** Whoever asks for what we do not have speaks OpenAI, unless the path is one of ours. */
    private static Surface surface(String path) {
        return path.startsWith("/v1/") && !path.startsWith("/v1/jobs") && !path.startsWith("/v1/ws")
                ? OPENAI
                : NATIVE;
    }

    private static Problem noRoute(String path) {
        return Problem.lasting(
                404, "no_such_route", "Not found", "there is nothing at " + Fields.shown(path));
    }

    private static void wrongMethod(HttpServerRequest request, List<Route> here) {
        var allowed = here.stream().map(r -> r.method().name()).collect(Collectors.joining(", "));
        request.response().putHeader("Allow", allowed);
        new Exchange(request, here.getFirst().surface(), Map.of())
                .answer(
                        Problem.lasting(
                                405,
                                "method_not_allowed",
                                "Method not allowed",
                                "the method must be "
                                        + allowed
                                        + ", was "
                                        + request.method().name()));
    }
}
