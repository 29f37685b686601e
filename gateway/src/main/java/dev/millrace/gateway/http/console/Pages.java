package dev.millrace.gateway.http.console;

import dev.millrace.gateway.http.exchange.Exchange;

import io.vertx.core.Future;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;

/** Files that are read once, at start, and served from memory. */
public final class Pages {
    /** The page may load and ask its own gateway, and nothing else. */
    private static final String POLICY =
            "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                    + " connect-src 'self'; base-uri 'none'; form-action 'none';"
                    + " frame-ancestors 'none'";

    private static final Map<String, String> TYPES =
            Map.of(
                    "html", "text/html; charset=utf-8",
                    "css", "text/css; charset=utf-8",
                    "js", "text/javascript; charset=utf-8",
                    "svg", "image/svg+xml",
                    "png", "image/png",
                    "yaml", "application/yaml");

    private Pages() {}

    /**
     * Serves a resource.
     *
     * @param name from the root of the resources
     */
    public static Page page(String name) {
        return new Page(type(name), bytes(name));
    }

    private static String type(String name) {
        return Optional.ofNullable(TYPES.get(name.substring(name.lastIndexOf('.') + 1)))
                .orElseThrow(() -> new IllegalArgumentException("what is " + name + "?"));
    }

    private static byte[] bytes(String name) {
        try (var in = Pages.class.getResourceAsStream("/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the program lacks its resource " + name);
            }
            return in.readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file in memory. */
    public static final class Page {
        private final String type;
        private final byte[] bytes;

        Page(String type, byte[] bytes) {
            this.type = type;
            this.bytes = bytes;
        }

        public Future<?> show(Exchange exchange) {
            exchange.response()
                    .putHeader("Content-Security-Policy", POLICY)
                    .putHeader("X-Content-Type-Options", "nosniff")
                    .putHeader("Referrer-Policy", "no-referrer")
                    .putHeader("Cache-Control", "no-cache");
            exchange.answer(200, type, bytes);
            return Future.succeededFuture();
        }
    }
}
