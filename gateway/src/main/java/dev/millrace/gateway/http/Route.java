package dev.millrace.gateway.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.gateway.http.exchange.Exchange;
import dev.millrace.gateway.http.exchange.Surface;

import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;

import java.net.URLDecoder;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One line of the table.
 *
 * @param path of literal segments and parameters, as {@code /v1/jobs/{id}}
 */
record Route(HttpMethod method, String path, Surface surface, Act act) {
    /** Answers the exchange, or fails with what {@code Problems} turns into an answer. */
    interface Act {
        Future<?> on(Exchange exchange);
    }

    /** The values of the path's parameters, if this is the path. */
    Optional<Map<String, String>> match(List<String> segments) {
        var pattern = segments(path);
        if (pattern.size() != segments.size()) {
            return Optional.empty();
        }
        var values = new HashMap<String, String>();
        for (int i = 0; i < pattern.size(); i++) {
            var expected = pattern.get(i);
            if (expected.startsWith("{")) {
                values.put(expected.substring(1, expected.length() - 1), decoded(segments.get(i)));
            } else if (!expected.equals(segments.get(i))) {
                return Optional.empty();
            }
        }
        return Optional.of(values);
    }

    /** What is not well encoded stays as it is, and will not be found. */
    private static String decoded(String segment) {
        try {
            return URLDecoder.decode(segment.replace("+", "%2B"), UTF_8);
        } catch (IllegalArgumentException _) {
            return segment;
        }
    }

    static List<String> segments(String path) {
        return List.of(path.split("/", -1));
    }
}
