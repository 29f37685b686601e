package dev.millrace.gateway.http;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.gateway.stream.FakeStreams;
import dev.millrace.gateway.submit.FakeJobs;
import dev.millrace.protocol.EventType;
import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.Topics;

import io.vertx.core.Vertx;

import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is published is what is there. */
class ContractTest {
    private static final Pattern PATH = Pattern.compile("  (/\\S*):");
    private static final Pattern METHOD = Pattern.compile("    (get|post|put|delete|patch):");
    private static final Pattern ADDRESS = Pattern.compile("    address: (\\S+)");
    private static final Pattern PUBLISHED_TYPE = Pattern.compile(" +- dev\\.millrace\\.(\\w+)");

    @Test
    void the_openapi_document_names_exactly_the_routes_of_the_table() throws IOException {
        var published = new TreeSet<String>();
        var path = "";
        for (var line : resource("openapi.yaml")) {
            var asPath = PATH.matcher(line);
            var asMethod = METHOD.matcher(line);
            if (asPath.matches()) {
                path = asPath.group(1);
            } else if (asMethod.matches()) {
                published.add(asMethod.group(1).toUpperCase(Locale.ROOT) + ' ' + path);
            }
        }

        assertThat(published).isEqualTo(new TreeSet<>(addresses()));
    }

    @Test
    void the_asyncapi_document_names_the_socket_and_all_topics() throws IOException {
        var model = new ModelId("m");
        var addresses = matches("asyncapi.yaml", ADDRESS);

        assertThat(addresses)
                .containsExactlyInAnyOrder(
                        Routes.SOCKET,
                        Topics.EVENTS,
                        Topics.MODELS,
                        Topics.CONTROL,
                        Topics.jobs(model).replace(".m", ".{model}"),
                        "dlq.millrace.jobs.{model}");
        assertThat(Topics.deadLetters(model)).isEqualTo("dlq.millrace.jobs.m");
    }

    @Test
    void the_asyncapi_document_names_every_type_of_event() throws IOException {
        var words = Arrays.stream(EventType.values()).map(EventType::word).toList();

        assertThat(matches("asyncapi.yaml", PUBLISHED_TYPE)).isEqualTo(words);
        assertThat(resource("asyncapi.yaml"))
                .anyMatch(line -> line.contains("enum: [" + String.join(", ", words) + "]"));
    }

    private static List<String> addresses() {
        var vertx = Vertx.vertx();
        try {
            var streams = new FakeStreams(vertx);
            return Rig.servers(vertx, Rig.LIMITS, streams, new FakeJobs(streams)).addresses();
        } finally {
            Rig.done(vertx.close());
        }
    }

    private static List<String> matches(String resource, Pattern pattern) throws IOException {
        return resource(resource).stream()
                .map(pattern::matcher)
                .filter(Matcher::matches)
                .map(matcher -> matcher.group(1))
                .toList();
    }

    private static List<String> resource(String name) throws IOException {
        try (var in = ContractTest.class.getResourceAsStream("/" + name)) {
            return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8).lines().toList();
        }
    }
}
