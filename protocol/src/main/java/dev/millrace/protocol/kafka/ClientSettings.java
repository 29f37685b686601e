package dev.millrace.protocol.kafka;

import dev.millrace.protocol.Topics;
import dev.millrace.protocol.settings.Settings;

import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;

/**
 * How our clients talk to Kafka. What the operator set (addresses, security, interceptors) comes
 * first; what a promise rests on is set over it and cannot be changed.
 *
 * @param operator any Kafka client property; must hold {@code bootstrap.servers}
 */
public record ClientSettings(Map<String, String> operator) {
    /** The setting with Kafka's addresses. */
    public static final String BOOTSTRAP = "MILLRACE_BOOTSTRAP";

    /** The setting that names a file with any more properties. */
    public static final String PROPERTIES = "MILLRACE_KAFKA_PROPERTIES";

    /** An append either fails within this time or is in the log. */
    private static final Duration DELIVERY_TIMEOUT = Duration.ofSeconds(10);

    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(5);

    private static final String FETCH_BYTES = Integer.toString(1024 * 1024);

    public ClientSettings {
        operator = Map.copyOf(operator);
        if (!operator.containsKey(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG)) {
            throw new IllegalArgumentException("Kafka settings must hold bootstrap.servers");
        }
    }

    public static ClientSettings of(String bootstrap) {
        return new ClientSettings(Map.of(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrap));
    }

    /** What the properties file says, and the addresses over it. */
    public static ClientSettings from(Settings settings) {
        var properties = new HashMap<String, String>();
        var file = settings.text(PROPERTIES, "");
        if (!file.isEmpty()) {
            properties.putAll(read(Path.of(file)));
        }
        var bootstrap = settings.text(BOOTSTRAP, "");
        if (!bootstrap.isEmpty()) {
            properties.put(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, bootstrap);
        }
        properties.putIfAbsent(CommonClientConfigs.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:9092");
        return new ClientSettings(properties);
    }

    private static Map<String, String> read(Path file) {
        var properties = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    PROPERTIES + " must be a readable properties file, was '" + file + "'", e);
        }
        var map = new HashMap<String, String>();
        properties
                .stringPropertyNames()
                .forEach(name -> map.put(name, properties.getProperty(name)));
        return map;
    }

    /** The same with one more property, unless the operator has set it. */
    public ClientSettings with(String property, String value) {
        var extended = new HashMap<>(operator);
        extended.putIfAbsent(property, value);
        return new ClientSettings(extended);
    }

    public Map<String, Object> admin() {
        var settings = common();
        settings.put(CommonClientConfigs.REQUEST_TIMEOUT_MS_CONFIG, millis(REQUEST_TIMEOUT));
        return settings;
    }

    /**
     * Idempotent, acknowledged by all in-sync replicas, sent at once.
     *
     * @param maxBlock how long {@code send} may hold its caller when metadata is missing or the
     *     buffer is full
     */
    public Map<String, Object> producer(Duration maxBlock) {
        var settings = common();
        settings.put(ProducerConfig.KEY_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.VALUE_SERIALIZER_CLASS_CONFIG, ByteArraySerializer.class);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.MAX_RECORD_BYTES);
        settings.putIfAbsent(ProducerConfig.LINGER_MS_CONFIG, "0");
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, millis(maxBlock));
        settings.putIfAbsent(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, millis(REQUEST_TIMEOUT));
        settings.putIfAbsent(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, millis(DELIVERY_TIMEOUT));
        return settings;
    }

    /**
     * For {@code assign} and {@code seek}; a reader that falls out of the log is told so, never
     * moved.
     */
    public Map<String, Object> reader() {
        var settings = common();
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        settings.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        settings.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
        // no limit on the largest record: a broker sends the first batch whole, whatever its size
        settings.putIfAbsent(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
        settings.putIfAbsent(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        return settings;
    }

    /** One job at a time, settled explicitly. */
    public Map<String, Object> shareConsumer(String group) {
        var settings = common();
        settings.remove(ConsumerConfig.INTERCEPTOR_CLASSES_CONFIG); // a share group takes none
        settings.put(ConsumerConfig.KEY_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.VALUE_DESERIALIZER_CLASS_CONFIG, ByteArrayDeserializer.class);
        settings.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        settings.put("share.acknowledgement.mode", "explicit");
        settings.put("share.acquire.mode", "record_limit");
        settings.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 1);
        settings.put(ConsumerConfig.FETCH_MAX_BYTES_CONFIG, 4 * Topics.MAX_RECORD_BYTES);
        settings.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, Topics.MAX_RECORD_BYTES);
        return settings;
    }

    /** A worker has hundreds of clients: what each would report on its own is left out. */
    private Map<String, Object> common() {
        var settings = new HashMap<String, Object>(operator);
        settings.putIfAbsent(CommonClientConfigs.METRIC_REPORTER_CLASSES_CONFIG, "");
        settings.putIfAbsent(CommonClientConfigs.ENABLE_METRICS_PUSH_CONFIG, "false");
        return settings;
    }

    private static int millis(Duration duration) {
        return Math.toIntExact(duration.toMillis());
    }
}
