package dev.millrace.broker;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Kafka's settings for one small node that is broker and controller at once. */
final class BrokerSettings {
    static final String HOST = "127.0.0.1";
    static final String CLIENTS = "PLAINTEXT";
    static final String CONTROLLER = "CONTROLLER";
    static final int NODE_ID = 1;

    /** The largest record a topic may be set to hold. */
    static final int MAX_MESSAGE_BYTES = 16 << 20;

    private BrokerSettings() {}

    static Map<String, String> of(
            Path directory, int clientPort, int controllerPort, Duration session) {
        var settings = new HashMap<String, String>();
        settings.putAll(identity(directory, clientPort, controllerPort));
        settings.putAll(oneNode());
        settings.putAll(shareGroups());
        settings.putAll(smallFootprint());
        // How long a killed broker's registration stands in the way of its successor. A clean stop
        // leaves none behind
        // (controlled shutdown, on by default).
        settings.put("broker.session.timeout.ms", Long.toString(session.toMillis()));
        return settings;
    }

    private static Map<String, String> identity(
            Path directory, int clientPort, int controllerPort) {
        var clients = CLIENTS + "://" + HOST + ":" + clientPort;
        return Map.of(
                "process.roles",
                "broker,controller",
                "node.id",
                Integer.toString(NODE_ID),
                "controller.quorum.voters",
                NODE_ID + "@" + HOST + ":" + controllerPort,
                "listeners",
                clients + "," + CONTROLLER + "://" + HOST + ":" + controllerPort,
                "advertised.listeners",
                clients,
                "controller.listener.names",
                CONTROLLER,
                "inter.broker.listener.name",
                CLIENTS,
                "log.dirs",
                directory.toString());
    }

    /**
     * The defaults expect three brokers; with one, share groups would wait for the other two
     * forever.
     */
    private static Map<String, String> oneNode() {
        return Map.of(
                "offsets.topic.replication.factor", "1",
                "offsets.topic.num.partitions", "1",
                "transaction.state.log.replication.factor", "1",
                "transaction.state.log.min.isr", "1",
                "transaction.state.log.num.partitions", "1",
                "share.coordinator.state.topic.replication.factor", "1",
                "share.coordinator.state.topic.min.isr", "1",
                "share.coordinator.state.topic.num.partitions", "1",
                "initial.broker.registration.timeout.ms", "60000",
                "auto.create.topics.enable", "false");
    }

    /**
     * Wide limits, so that each group decides for itself. The assignment and heartbeat settings
     * give a new group its first record at once instead of after Kafka's default of five seconds.
     */
    private static Map<String, String> shareGroups() {
        return Map.ofEntries(
                Map.entry("group.share.max.size", "1000"),
                Map.entry("group.share.min.record.lock.duration.ms", "1000"),
                Map.entry("group.share.max.delivery.count.limit", "10"),
                Map.entry("group.share.max.partition.max.record.locks", "10000"),
                Map.entry("group.share.assignment.interval.ms", "0"),
                Map.entry("group.share.assignor.offload.enable", "false"),
                Map.entry("group.share.min.heartbeat.interval.ms", "500"),
                Map.entry("group.share.heartbeat.interval.ms", "500"),
                Map.entry("group.initial.rebalance.delay.ms", "0"),
                Map.entry("group.coordinator.append.linger.ms", "0"),
                Map.entry("share.coordinator.append.linger.ms", "0"));
    }

    private static Map<String, String> smallFootprint() {
        return Map.ofEntries(
                Map.entry("message.max.bytes", Integer.toString(MAX_MESSAGE_BYTES)),
                Map.entry("replica.fetch.max.bytes", Integer.toString(MAX_MESSAGE_BYTES)),
                Map.entry("replica.fetch.response.max.bytes", Integer.toString(MAX_MESSAGE_BYTES)),
                // 128 MiB of heap by default
                Map.entry("log.cleaner.dedupe.buffer.size", Integer.toString(2 << 20)),
                Map.entry("num.network.threads", "1"),
                Map.entry("num.io.threads", "2"),
                Map.entry("background.threads", "2"),
                Map.entry("num.recovery.threads.per.data.dir", "1"),
                Map.entry("log.segment.delete.delay.ms", "1000"),
                Map.entry("metric.reporters", ""));
    }
}
