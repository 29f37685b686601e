package dev.millrace.protocol.kafka;

import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.Topics;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.TopicExistsException;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Makes the topics and the share group's settings, once, at start; several doing so at once is
 * harmless.
 *
 * <p>Topics that were made just now are each warmed with one synchronous append per partition:
 * pipelined idempotent appends to a partition that is not yet up are lost for ever otherwise. The
 * warming record has the type {@link Records#WARMUP}; every reader passes it over.
 */
public final class Provisioner implements AutoCloseable {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final short DEAD_LETTERS_SHARE_VERSION = 2;
    private static final int REPLICAS = 3;

    private final ClientSettings settings;
    private final Admin admin;

    public Provisioner(ClientSettings settings) {
        this.settings = settings;
        this.admin = Admin.create(settings.admin());
    }

    /**
     * @throws KafkaUnfit if the cluster cannot keep our promises
     */
    public void shared(int eventPartitions) {
        make(Topics.shared(eventPartitions));
    }

    /**
     * The queue of a model, its dead letters and its share group.
     *
     * @param lock how long a worker may hold a job without renewing
     * @throws KafkaUnfit if the cluster has no share groups with dead letters
     */
    public void model(ModelId model, Duration lock) {
        assertShareGroups();
        make(Topics.ofModel(model));
        var group = new ConfigResource(ConfigResource.Type.GROUP, Topics.group(model));
        var operations =
                Topics.groupSettings(model, lock).entrySet().stream()
                        .map(e ->
                                new AlterConfigOp(
                                        new ConfigEntry(e.getKey(), e.getValue()),
                                        AlterConfigOp.OpType.SET))
                        .toList();
        await(
                "set the share group of " + model,
                admin.incrementalAlterConfigs(Map.of(group, operations)).all());
    }

    private void assertShareGroups() {
        var features =
                await("read the cluster's features", admin.describeFeatures().featureMetadata());
        var share = features.finalizedFeatures().get("share.version");
        int level = share == null ? 0 : share.maxVersionLevel();
        if (level < DEAD_LETTERS_SHARE_VERSION) {
            throw new KafkaUnfit(
                    "the cluster's feature share.version must be at least 2 (share groups with dead"
                            + " letters, Kafka 4.4), was "
                            + level
                            + "; upgrade it with: kafka-features.sh upgrade --feature"
                            + " share.version=2");
        }
    }

    private void make(List<Topics.Topic> topics) {
        var existing = await("list topics", admin.listTopics().names());
        var missing = topics.stream().filter(topic -> !existing.contains(topic.name())).toList();
        if (missing.isEmpty()) {
            return;
        }
        int brokers = await("count the brokers", admin.describeCluster().nodes()).size();
        var made =
                admin.createTopics(missing.stream().map(topic -> sized(topic, brokers)).toList())
                        .values();
        made.forEach((name, future) -> {
            try {
                await("make topic " + name, future);
            } catch (KafkaUnfit e) {
                if (!(e.getCause() instanceof TopicExistsException)) {
                    throw e;
                }
            }
        });
        warm(missing);
    }

    private static NewTopic sized(Topics.Topic topic, int brokers) {
        int replicas = Math.min(REPLICAS, brokers);
        var settings = new HashMap<>(topic.settings());
        settings.put("min.insync.replicas", replicas < REPLICAS ? "1" : "2");
        return new NewTopic(topic.name(), topic.partitions(), (short) replicas).configs(settings);
    }

    private void warm(List<Topics.Topic> topics) {
        try (var producer = new KafkaProducer<byte[], byte[]>(settings.producer(TIMEOUT))) {
            for (var topic : topics) {
                for (int partition = 0; partition < topic.partitions(); partition++) {
                    await(
                            "warm " + topic.name(),
                            producer.send(Records.warmup(topic.name(), partition)));
                }
            }
        }
    }

    private static <T> T await(String what, Future<T> future) {
        try {
            return future.get(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            var cause = Objects.requireNonNullElse(e.getCause(), e);
            throw new KafkaUnfit("could not " + what + ": " + cause.getMessage(), cause);
        } catch (TimeoutException e) {
            throw new KafkaUnfit("could not " + what + " within " + TIMEOUT.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new KafkaUnfit("interrupted while trying to " + what, e);
        }
    }

    @Override
    public void close() {
        admin.close(Duration.ofSeconds(1));
    }
}
