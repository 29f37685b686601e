package dev.millrace.gateway;

import dev.millrace.gateway.http.exchange.HttpLimits;
import dev.millrace.protocol.Topics;
import dev.millrace.protocol.kafka.ClientSettings;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Everything a gateway can be told, from the environment.
 *
 * @param kafka bootstrap servers, and what the operator's properties file adds
 * @param id names this gateway in the records it appends
 * @param port 0 for any free one
 * @param managementPort 0 for any free one
 * @param eventLoops threads that talk to clients
 * @param eventPartitions of the events topic, if it is still to be made
 * @param homePartitions of this gateway's new streams; empty for all
 * @param maxOpenJobs per model, over all gateways
 * @param allowedOrigins whose web pages, besides our own, may send requests
 */
public record GatewayConfig(
        ClientSettings kafka,
        String id,
        String host,
        int port,
        int managementPort,
        int eventLoops,
        int eventPartitions,
        List<Integer> homePartitions,
        int maxOpenJobs,
        Set<String> allowedOrigins,
        HttpLimits limits) {
    public static final String BOOTSTRAP = "MILLRACE_BOOTSTRAP";
    public static final String KAFKA_PROPERTIES = "MILLRACE_KAFKA_PROPERTIES";
    public static final String ID = "MILLRACE_GATEWAY_ID";
    public static final String HOST = "MILLRACE_HOST";
    public static final String PORT = "MILLRACE_PORT";
    public static final String MANAGEMENT_PORT = "MILLRACE_MANAGEMENT_PORT";
    public static final String EVENT_LOOPS = "MILLRACE_EVENT_LOOPS";
    public static final String EVENT_PARTITIONS = "MILLRACE_EVENT_PARTITIONS";
    public static final String HOME_PARTITIONS = "MILLRACE_HOME_PARTITIONS";
    public static final String MAX_OPEN_JOBS = "MILLRACE_MAX_OPEN_JOBS";
    public static final String ALLOWED_ORIGINS = "MILLRACE_ALLOWED_ORIGINS";
    public static final String MAX_BODY_BYTES = "MILLRACE_MAX_BODY_BYTES";
    public static final String MAX_BODIES_BYTES = "MILLRACE_MAX_BODIES_BYTES";
    public static final String BODY_SECONDS = "MILLRACE_BODY_SECONDS";
    public static final String MAX_CONNECTIONS = "MILLRACE_MAX_CONNECTIONS";
    public static final String IDLE_SECONDS = "MILLRACE_IDLE_SECONDS";
    public static final String MAX_SUBSCRIPTIONS = "MILLRACE_MAX_SUBSCRIPTIONS";
    public static final String HEARTBEAT_SECONDS = "MILLRACE_HEARTBEAT_SECONDS";
    public static final String WRITE_BUFFER_BYTES = "MILLRACE_WRITE_BUFFER_BYTES";

    private static final int MEGABYTE = 1024 * 1024;

    /** A record holds a body and its envelope. */
    private static final int LARGEST_BODY = Topics.MAX_RECORD_BYTES - MEGABYTE;

    public GatewayConfig {
        homePartitions = List.copyOf(homePartitions);
        allowedOrigins = Set.copyOf(allowedOrigins);
    }

    /**
     * @throws IllegalArgumentException naming the setting that is not as it should be
     */
    public static GatewayConfig from(Map<String, String> environment) {
        var settings = new Settings(environment);
        int body = settings.number(MAX_BODY_BYTES, 12 * MEGABYTE, 1024, LARGEST_BODY);
        int partitions = settings.number(EVENT_PARTITIONS, 8, 1, 1024);
        return new GatewayConfig(
                kafka(settings),
                settings.text(ID, "gateway-" + random()),
                settings.text(HOST, "127.0.0.1"),
                settings.number(PORT, 8080, 0, 65535),
                settings.number(MANAGEMENT_PORT, 8081, 0, 65535),
                settings.number(EVENT_LOOPS, 2, 1, 64),
                partitions,
                settings.list(HOME_PARTITIONS).stream()
                        .map(text -> Settings.number(HOME_PARTITIONS, text, 0, 1023))
                        .toList(),
                settings.number(MAX_OPEN_JOBS, 1000, 1, 1_000_000),
                Set.copyOf(settings.list(ALLOWED_ORIGINS)),
                new HttpLimits(
                        body,
                        settings.number(MAX_BODIES_BYTES, 128 * MEGABYTE, body, Integer.MAX_VALUE),
                        settings.seconds(BODY_SECONDS, 60, 3600),
                        settings.number(MAX_CONNECTIONS, 10_000, 1, 1_000_000),
                        settings.seconds(IDLE_SECONDS, 120, 86_400),
                        settings.number(MAX_SUBSCRIPTIONS, 256, 1, 10_000),
                        settings.seconds(HEARTBEAT_SECONDS, 15, 3600),
                        settings.number(WRITE_BUFFER_BYTES, 64 * 1024, 4096, 16 * MEGABYTE)));
    }

    private static ClientSettings kafka(Settings settings) {
        var operator = new HashMap<String, String>();
        var file = settings.text(KAFKA_PROPERTIES, "");
        if (!file.isEmpty()) {
            read(Path.of(file))
                    .forEach((name, value) -> operator.put(name.toString(), value.toString()));
        }
        operator.put(
                "bootstrap.servers",
                settings.text(
                        BOOTSTRAP, operator.getOrDefault("bootstrap.servers", "127.0.0.1:9092")));
        return new ClientSettings(operator);
    }

    private static Properties read(Path file) {
        var properties = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    KAFKA_PROPERTIES + " names a file that cannot be read: " + file, e);
        }
        return properties;
    }

    private static String random() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    }

    /** Reads one setting at a time; the only place that knows how they are written. */
    private record Settings(Map<String, String> environment) {
        String text(String name, String otherwise) {
            var value = environment.getOrDefault(name, "").strip();
            return value.isEmpty() ? otherwise : value;
        }

        List<String> list(String name) {
            return Arrays.stream(text(name, "").split(",", -1))
                    .map(String::strip)
                    .filter(part -> !part.isEmpty())
                    .toList();
        }

        Duration seconds(String name, int otherwise, int most) {
            return Duration.ofSeconds(number(name, otherwise, 1, most));
        }

        int number(String name, int otherwise, int least, int most) {
            return number(name, text(name, Integer.toString(otherwise)), least, most);
        }

        static int number(String name, String text, int least, int most) {
            try {
                int number = Integer.parseInt(text);
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException _) {
                // said below
            }
            throw new IllegalArgumentException(
                    "%s must be a whole number, %d..%d, was '%s'"
                            .formatted(name, least, most, text));
        }
    }
}
