package dev.millrace.gateway.http.exchange;

import dev.millrace.gateway.http.body.Fields;

import io.vertx.core.http.HttpServerRequest;

import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps other web sites' pages from acting through their visitors' browsers: a gateway on a
 * developer's own machine asks for no key. Only browsers send an origin; all others pass.
 */
public final class Origins {
    private final Set<String> allowed;

    /**
     * @param allowed besides our own, as {@code https://example.org}
     */
    public Origins(Set<String> allowed) {
        this.allowed = Set.copyOf(allowed);
    }

    /** What is wrong with a request; empty if it may act. */
    public Optional<Problem> refuse(HttpServerRequest request) {
        var origin = request.getHeader("Origin");
        return origin == null || allowed.contains(origin) || isOurs(origin, request)
                ? Optional.empty()
                : Optional.of(foreign(origin));
    }

    private static Problem foreign(String origin) {
        return Problem.lasting(
                403,
                "foreign_origin",
                "Foreign origin",
                "pages of '"
                        + Fields.shown(origin)
                        + "' may not act here; expected our own pages or an allowed origin");
    }

    private static boolean isOurs(String origin, HttpServerRequest request) {
        return Optional.ofNullable(request.authority())
                .map(host -> host.toString().equalsIgnoreCase(authority(origin)))
                .orElse(false);
    }

    private static String authority(String origin) {
        try {
            return Optional.ofNullable(URI.create(origin).getRawAuthority()).orElse("");
        } catch (IllegalArgumentException _) {
            return "";
        }
    }
}
