package dev.millrace.workers;

import dev.millrace.protocol.Topics;
import dev.millrace.protocol.kafka.ClientSettings;
import dev.millrace.protocol.settings.Settings;
import dev.millrace.workers.run.EngineSettings;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

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
 * @param device where the model computes: auto, cpu, gpu or gpuN
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
        String device,
        int eventPartitions) {
    public static final String MODEL = "MILLRACE_MODEL";
    public static final String SLOTS = "MILLRACE_SLOTS";
    public static final String LOCK = "MILLRACE_LOCK";
    public static final String GRACE = "MILLRACE_GRACE";
    public static final String MANAGEMENT_PORT = "MILLRACE_MANAGEMENT_PORT";
    public static final String ID = "MILLRACE_WORKER_ID";
    public static final String DETERMINISTIC = "MILLRACE_DETERMINISTIC";
    public static final String PACE = "MILLRACE_PACE";
    public static final String FIRST_STEP = "MILLRACE_FIRST_STEP";
    public static final String DEVICE = "MILLRACE_DEVICE";
    public static final String EVENT_PARTITIONS = "MILLRACE_EVENT_PARTITIONS";

    /** A share group holds no more members. */
    private static final int MOST_SLOTS = 1000;

    /**
     * @throws IllegalArgumentException that names the setting, what was expected and the value
     */
    public static WorkerConfig from(Map<String, String> environment) {
        var settings = new Settings(environment);
        return new WorkerConfig(
                ClientSettings.from(settings),
                model(settings),
                settings.whole(SLOTS, 8, 1, MOST_SLOTS),
                settings.duration(LOCK, "15s", "1s", "1m"),
                settings.duration(GRACE, "20s", "0s", "1h"),
                settings.whole(MANAGEMENT_PORT, 8082, 0, 65_535),
                settings.name(ID, "worker-" + suffix()),
                settings.flag(DETERMINISTIC, false),
                settings.duration(PACE, "0ms", "0ms", "10s"),
                settings.duration(FIRST_STEP, "60s", "0s", "1h"),
                device(settings),
                settings.whole(EVENT_PARTITIONS, 8, 1, Topics.MAX_PARTITIONS));
    }

    EngineSettings engine() {
        return new EngineSettings(slots, deterministic, pace, device);
    }

    private static Path model(Settings settings) {
        var model = settings.text(MODEL, "");
        if (model.isEmpty()) {
            throw Settings.wrong(MODEL, "a model's directory", model);
        }
        return Path.of(model);
    }

    private static String device(Settings settings) {
        var device = settings.text(DEVICE, EngineSettings.AUTO);
        if (!device.matches("auto|cpu|gpu\\d{0,2}")) {
            throw Settings.wrong(DEVICE, "auto, cpu, gpu or gpuN", device);
        }
        return device;
    }

    private static String suffix() {
        return HexFormat.of().toHexDigits(ThreadLocalRandom.current().nextInt());
    }
}
