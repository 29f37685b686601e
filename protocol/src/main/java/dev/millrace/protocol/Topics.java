package dev.millrace.protocol;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * The names and settings of all topics and share groups. Replication is the cluster's and is added
 * where they are made.
 */
public final class Topics {
    public static final String EVENTS = "millrace.events";
    public static final String MODELS = "millrace.models";
    public static final String CONTROL = "millrace.control";

    /** How long jobs and events are kept. The longest deadline is half of it. */
    public static final Duration RETENTION = Duration.ofHours(24);

    public static final Duration LONGEST_DEADLINE = RETENTION.dividedBy(2);

    /** More partitions of the events topic than any cluster needs. */
    public static final int MAX_PARTITIONS = 1024;

    /** The largest record; body limits at the gateway lie below it. */
    public static final int MAX_RECORD_BYTES = 16 * 1024 * 1024;

    /** How often a job is handed out before it goes to the dead letters. */
    public static final int DELIVERY_LIMIT = 10;

    /**
     * From the oldest unfinished job to the newest handed out, finished ones included: Kafka's
     * largest value.
     */
    public static final int RECORD_LOCKS = 10_000;

    private static final String JOBS_PREFIX = "millrace.jobs.";
    private static final String DEAD_LETTERS_PREFIX = "dlq." + JOBS_PREFIX;

    private static final Map<String, String> LOGGED =
            Map.of(
                    "cleanup.policy", "delete",
                    "retention.ms", Long.toString(RETENTION.toMillis()),
                    "max.message.bytes", Integer.toString(MAX_RECORD_BYTES),
                    "message.timestamp.type", "LogAppendTime",
                    "unclean.leader.election.enable", "false");

    private static final Map<String, String> COMPACTED =
            Map.of(
                    "cleanup.policy", "compact",
                    "message.timestamp.type", "LogAppendTime",
                    "unclean.leader.election.enable", "false");

    /** One record per cancelled job, of no use once the job's own records are gone. */
    private static final Map<String, String> HINTS =
            Map.of(
                    "cleanup.policy", "compact,delete",
                    "retention.ms", Long.toString(RETENTION.toMillis()),
                    "message.timestamp.type", "LogAppendTime",
                    "unclean.leader.election.enable", "false");

    private static final Map<String, String> DEAD_LETTERS =
            Map.of(
                    "cleanup.policy", "delete",
                    "retention.ms", Long.toString(Duration.ofDays(7).toMillis()),
                    "max.message.bytes", Integer.toString(MAX_RECORD_BYTES),
                    "message.timestamp.type", "LogAppendTime",
                    "errors.deadletterqueue.group.enable", "true");

    private Topics() {}

    /** A topic to be made. */
    public record Topic(String name, int partitions, Map<String, String> settings) {}

    public static String jobs(ModelId model) {
        return JOBS_PREFIX + model;
    }

    public static String deadLetters(ModelId model) {
        return DEAD_LETTERS_PREFIX + model;
    }

    /** Whether a topic is some model's dead letters. */
    public static boolean isDeadLetters(String topic) {
        return topic.startsWith(DEAD_LETTERS_PREFIX);
    }

    /** The share group of a model's workers. */
    public static String group(ModelId model) {
        return "millrace.workers." + model;
    }

    /** What everybody needs. */
    public static List<Topic> shared(int eventPartitions) {
        return List.of(
                new Topic(EVENTS, eventPartitions, LOGGED),
                new Topic(MODELS, 1, COMPACTED),
                new Topic(CONTROL, 1, HINTS));
    }

    /**
     * A queue has one partition: share groups need none for parallelism, and spread work unevenly
     * over several.
     */
    public static List<Topic> ofModel(ModelId model) {
        return List.of(
                new Topic(jobs(model), 1, LOGGED), new Topic(deadLetters(model), 1, DEAD_LETTERS));
    }

    /** Settings of a model's share group, to be set before its first member joins. */
    public static Map<String, String> groupSettings(ModelId model, Duration lock) {
        return Map.of(
                "share.auto.offset.reset", "earliest",
                "share.renew.acknowledge.enable", "true",
                "share.record.lock.duration.ms", Long.toString(lock.toMillis()),
                "share.delivery.count.limit", Integer.toString(DELIVERY_LIMIT),
                "share.partition.max.record.locks", Integer.toString(RECORD_LOCKS),
                "errors.deadletterqueue.topic.name", deadLetters(model),
                "errors.deadletterqueue.copy.record.enable", "true");
    }
}
