package dev.millrace.workers;

import dev.millrace.protocol.kafka.ClientSettings;
import dev.millrace.workers.run.EngineSettings;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * Every setting of a worker.
 *
 * @param kafka addresses and whatever the operator's properties file says
 * @param model the model's directory
 * @param slots how many jobs at a time
 * @param lock how long a job stays with a worker that shows no sign of life
 * @param grace on SIGTERM, how long jobs may go on before they are handed over
 * @param managementPort 0 for any free one
 * @param id the worker's name in the registry and in its claims
 * @param firstStep how long the engine may take for the first step on a job
 * @param eventPartitions of the events topic, if this worker is the one that makes it
 */
public record WorkerConfig(
        ClientSettings kafka,
        Path model,
        int slots,
        Duration lock,
        Duration grace,
        int managementPort,
        String id,
        boolean deterministic,
        Duration pace,
        Duration firstStep,
        int eventPartitions) {
    public static final String BOOTSTRAP = "MILLRACE_BOOTSTRAP";
    public static final String KAFKA_PROPERTIES = "MILLRACE_KAFKA_PROPERTIES";
    public static final String MODEL = "MILLRACE_MODEL";
    public static final String SLOTS = "MILLRACE_SLOTS";
    public static final String LOCK = "MILLRACE_LOCK";
    public static final String GRACE = "MILLRACE_GRACE";
    public static final String MANAGEMENT_PORT = "MILLRACE_MANAGEMENT_PORT";
    public static final String ID = "MILLRACE_WORKER_ID";
    public static final String DETERMINISTIC = "MILLRACE_DETERMINISTIC";
    public static final String PACE = "MILLRACE_PACE";
    public static final String FIRST_STEP = "MILLRACE_FIRST_STEP";
    public static final String EVENT_PARTITIONS = "MILLRACE_EVENT_PARTITIONS";

    /** A share group holds no more members. */
    private static final int MOST_SLOTS = 1000;

    private static final int MOST_PARTITIONS = 1024;
    private static final Duration SHORTEST_LOCK = Duration.ofSeconds(1);
    private static final Duration LONGEST_LOCK = Duration.ofMinutes(1);
    private static final Duration LONGEST_GRACE = Duration.ofHours(1);
    private static final Duration LONGEST_PACE = Duration.ofSeconds(10);
    private static final Pattern ID_SHAPE = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    public WorkerConfig {
        within(SLOTS, slots, 1, MOST_SLOTS);
        within(LOCK, lock, SHORTEST_LOCK, LONGEST_LOCK);
        within(GRACE, grace, Duration.ZERO, LONGEST_GRACE);
        within(MANAGEMENT_PORT, managementPort, 0, 65_535);
        within(PACE, pace, Duration.ZERO, LONGEST_PACE);
        within(FIRST_STEP, firstStep, Duration.ZERO, LONGEST_GRACE);
        within(EVENT_PARTITIONS, eventPartitions, 1, MOST_PARTITIONS);
        if (!ID_SHAPE.matcher(id).matches()) {
            throw Settings.wrong(ID, "1..64 characters of A-Z, a-z, 0-9, '.', '_' and '-'", id);
        }
    }

    /**
     * @throws IllegalArgumentException that names the setting, what was expected and the value
     */
    public static WorkerConfig from(Map<String, String> environment) {
        var settings = new Settings(environment);
        return new WorkerConfig(
                kafka(settings),
                model(settings),
                settings.whole(SLOTS, 8),
                settings.duration(LOCK, "15s"),
                settings.duration(GRACE, "20s"),
                settings.whole(MANAGEMENT_PORT, 8082),
                settings.text(ID, "worker-" + suffix()),
                settings.flag(DETERMINISTIC, false),
                settings.duration(PACE, "0ms"),
                settings.duration(FIRST_STEP, "60s"),
                settings.whole(EVENT_PARTITIONS, 8));
    }

    EngineSettings engine() {
        return new EngineSettings(slots, deterministic, pace);
    }

    private static ClientSettings kafka(Settings settings) {
        var properties = new HashMap<String, String>();
        var file = settings.text(KAFKA_PROPERTIES, "");
        if (!file.isEmpty()) {
            properties.putAll(read(Path.of(file)));
        }
        var bootstrap = settings.text(BOOTSTRAP, "");
        if (!bootstrap.isEmpty()) {
            properties.put("bootstrap.servers", bootstrap);
        }
        properties.putIfAbsent("bootstrap.servers", "localhost:9092");
        return new ClientSettings(properties);
    }

    private static Map<String, String> read(Path file) {
        var properties = new Properties();
        try (var reader = Files.newBufferedReader(file)) {
            properties.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    KAFKA_PROPERTIES + " must be a readable properties file, was '" + file + "'",
                    e);
        }
        var map = new HashMap<String, String>();
        properties
                .stringPropertyNames()
                .forEach(name -> map.put(name, properties.getProperty(name)));
        return map;
    }

    private static Path model(Settings settings) {
        var model = settings.text(MODEL, "");
        if (model.isEmpty()) {
            throw Settings.wrong(MODEL, "a model's directory", model);
        }
        return Path.of(model);
    }

    private static String suffix() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    }

    private static <T extends Comparable<T>> void within(String name, T value, T least, T most) {
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw Settings.wrong(name, least + ".." + most, value);
        }
    }
}
