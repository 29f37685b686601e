package dev.millrace.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.Topics;
import dev.millrace.protocol.kafka.ClientSettings;
import dev.millrace.protocol.kafka.Provisioner;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.GroupIdNotFoundException;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A new model's queue, provisioned as in production, with its slots. */
final class Queue implements AutoCloseable {
    /** Longer than a share group may take to form on a broker with Kafka's own defaults. */
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String bootstrap;
    private final ModelId model = new ModelId("contract-" + UUID.randomUUID());
    private final Admin admin;
    private final List<Slot> slots = new ArrayList<>();

    Queue(String bootstrap, Duration lock) {
        this.bootstrap = bootstrap;
        this.admin = Admin.create(ClientSettings.of(bootstrap).admin());
        try (var provisioner = new Provisioner(ClientSettings.of(bootstrap))) {
            provisioner.model(model, lock);
        }
    }

    String topic() {
        return Topics.jobs(model);
    }

    String group() {
        return Topics.group(model);
    }

    String deadLetters() {
        return Topics.deadLetters(model);
    }

    Slot slot() {
        var slot = new Slot(bootstrap, group(), topic());
        slots.add(slot);
        return slot;
    }

    /** Sends jobs with these texts, all under way at once, and waits until the log has them. */
    List<RecordMetadata> send(String... jobs) throws InterruptedException, ExecutionException {
        try (var producer = producer()) {
            var sends = Stream.of(jobs).map(job -> producer.send(job(job))).toList();
            var places = new ArrayList<RecordMetadata>();
            for (var send : sends) {
                places.add(send.get());
            }
            return places;
        }
    }

    /**
     * Sends jobs as a calm gateway does, each in a batch of its own. The window of record locks
     * lets in whole batches: jobs that were sent together pass it together.
     */
    void sendOneByOne(String... jobs) throws InterruptedException, ExecutionException {
        try (var producer = producer()) {
            for (var job : jobs) {
                producer.send(job(job)).get();
            }
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
        return new KafkaProducer<>(ClientSettings.of(bootstrap).producer(PATIENCE));
    }

    private ProducerRecord<byte[], byte[]> job(String text) {
        var job = new ProducerRecord<>(topic(), 0, text.getBytes(UTF_8), text.getBytes(UTF_8));
        job.headers().add("ce_subject", text.getBytes(UTF_8));
        return job;
    }

    /** The dead letters, as soon as there are as many as asked for. */
    List<ConsumerRecord<byte[], byte[]>> awaitDeadLetters(int count) {
        try (var consumer =
                new KafkaConsumer<byte[], byte[]>(ClientSettings.of(bootstrap).reader())) {
            var partition = new TopicPartition(deadLetters(), 0);
            consumer.assign(List.of(partition));
            consumer.seek(partition, 1); // 0 is the warming record
            var letters = new ArrayList<ConsumerRecord<byte[], byte[]>>();
            var deadline = System.nanoTime() + PATIENCE.toNanos();
            while (letters.size() < count && System.nanoTime() < deadline) {
                consumer.poll(Duration.ofMillis(200)).forEach(letters::add);
            }
            return letters;
        }
    }

    void deleteDeadLetters() throws Exception {
        admin.deleteTopics(List.of(deadLetters())).all().get();
        while (admin.listTopics().names().get().contains(deadLetters())) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** Changes a setting of the share group. */
    void set(String name, String value) throws Exception {
        var group = new ConfigResource(ConfigResource.Type.GROUP, group());
        var set = new AlterConfigOp(new ConfigEntry(name, value), AlterConfigOp.OpType.SET);
        admin.incrementalAlterConfigs(Map.of(group, List.of(set))).all().get();
    }

    String setting(String name) throws Exception {
        var group = new ConfigResource(ConfigResource.Type.GROUP, group());
        var settings =
                admin.describeConfigs(List.of(group)).values().values().iterator().next().get();
        return settings.get(name).value();
    }

    /** Waits until that many members of the group have been given the queue. */
    void awaitMembers(int count) throws Exception {
        var deadline = System.nanoTime() + PATIENCE.toNanos();
        while (membersWithWork() < count) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError(
                        membersWithWork() + " of " + count + " members were given the queue");
            }
            TimeUnit.MILLISECONDS.sleep(100);
        }
    }

    private long membersWithWork() throws Exception {
        try {
            var groups = admin.describeShareGroups(List.of(group())).describedGroups().values();
            return groups.iterator().next().get().members().stream()
                    .filter(member -> !member.assignment().topicPartitions().isEmpty())
                    .count();
        } catch (ExecutionException e) {
            if (e.getCause() instanceof GroupIdNotFoundException) {
                return 0; // nobody has joined yet
            }
            throw e;
        }
    }

    @Override
    public void close() {
        slots.parallelStream().forEach(Slot::close);
        admin.close(Duration.ofSeconds(1));
    }
}
