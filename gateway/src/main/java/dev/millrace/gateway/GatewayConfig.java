package dev.millrace.gateway;

import dev.millrace.gateway.http.exchange.HttpLimits;
import dev.millrace.protocol.Topics;
import dev.millrace.protocol.kafka.ClientSettings;
import dev.millrace.protocol.settings.Settings;

import java.util.HexFormat;
import java.util.List;
import java.util.Map;
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
    public static final String BODY_TIMEOUT = "MILLRACE_BODY_TIMEOUT";
    public static final String MAX_CONNECTIONS = "MILLRACE_MAX_CONNECTIONS";
    public static final String IDLE_TIMEOUT = "MILLRACE_IDLE_TIMEOUT";
    public static final String MAX_SUBSCRIPTIONS = "MILLRACE_MAX_SUBSCRIPTIONS";
    public static final String HEARTBEAT = "MILLRACE_HEARTBEAT";
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
        int body = settings.whole(MAX_BODY_BYTES, 12 * MEGABYTE, 1024, LARGEST_BODY);
        return new GatewayConfig(
                ClientSettings.from(settings),
                settings.name(ID, "gateway-" + random()),
                settings.text(HOST, "127.0.0.1"),
                settings.whole(PORT, 8080, 0, 65_535),
                settings.whole(MANAGEMENT_PORT, 8081, 0, 65_535),
                settings.whole(EVENT_LOOPS, 2, 1, 64),
                settings.whole(EVENT_PARTITIONS, 8, 1, Topics.MAX_PARTITIONS),
                settings.wholes(HOME_PARTITIONS, 0, Topics.MAX_PARTITIONS - 1),
                settings.whole(MAX_OPEN_JOBS, 1000, 1, 1_000_000),
                Set.copyOf(settings.list(ALLOWED_ORIGINS)),
                new HttpLimits(
                        body,
                        settings.whole(MAX_BODIES_BYTES, 128 * MEGABYTE, body, Integer.MAX_VALUE),
                        settings.duration(BODY_TIMEOUT, "60s", "1s", "1h"),
                        settings.whole(MAX_CONNECTIONS, 10_000, 1, 1_000_000),
                        settings.duration(IDLE_TIMEOUT, "120s", "1s", "24h"),
                        settings.whole(MAX_SUBSCRIPTIONS, 256, 1, 10_000),
                        settings.duration(HEARTBEAT, "15s", "1s", "1h"),
                        settings.whole(WRITE_BUFFER_BYTES, 64 * 1024, 4096, 16 * MEGABYTE)));
    }

    private static String random() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    }
}
