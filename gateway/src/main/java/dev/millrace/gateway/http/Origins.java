package dev.millrace.gateway.http;

import io.vertx.core.http.HttpServerRequest;

import java.net.URI;
import java.util.Optional;
import java.util.Set;

/**
 * Keeps other web sites' pages from acting through their visitors' browsers: a gateway on a
 * developer's own machine asks for no key. Only browsers send an origin; all others pass.
 */
final class Origins {
    private final Set<String> allowed;

    /**
     * @param allowed besides our own, as {@code https://example.org}
     */
    Origins(Set<String> allowed) {
        this.allowed = Set.copyOf(allowed);
    }

    boolean allow(HttpServerRequest request) {
        var origin = request.getHeader("Origin");
        return origin == null || allowed.contains(origin) || isOurs(origin, request);
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
