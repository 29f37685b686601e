package dev.millrace.workers;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.protocol.Body;
import dev.millrace.protocol.Event;
import dev.millrace.protocol.Fence;
import dev.millrace.protocol.Job;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.JobKey;
import dev.millrace.protocol.Mark;
import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.Served;
import dev.millrace.protocol.Task;
import dev.millrace.protocol.TextParameters;
import dev.millrace.protocol.Topics;
import dev.millrace.protocol.codec.EventCodec;
import dev.millrace.protocol.kafka.ClientSettings;
import dev.millrace.protocol.kafka.Provisioner;
import dev.millrace.protocol.kafka.Records;
import dev.millrace.protocol.kafka.StreamReader;
import dev.millrace.workers.synthetic.SyntheticEngine;

import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A broker with a model's topics, and what a gateway does with them as far as a test needs it. */
public final class Cluster implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration DEADLINE = Duration.ofMinutes(5);
    private static final long SEED = 7;
    private static final int PARTITIONS = 2;

    private final EmbeddedBroker broker = EmbeddedBroker.ephemeral();
    private final Producer<byte[], byte[]> producer;
    private final Duration lock;

    public Cluster(Duration lock) {
        this.lock = lock;
        try (var provisioner = new Provisioner(settings())) {
            provisioner.shared(PARTITIONS);
        }
        producer = new KafkaProducer<>(settings().producer(PATIENCE));
    }

    /** Makes a model's queue. */
    public Served.Model model(String name) {
        var model = new ModelId(name);
        try (var provisioner = new Provisioner(settings())) {
            provisioner.model(model, lock);
        }
        return new Served.TextModel(model, List.of(name), 100_000, 100_000, 16, 1, DEADLINE);
    }

    public ClientSettings settings() {
        return ClientSettings.of(broker.bootstrap());
    }

    public EmbeddedBroker broker() {
        return broker;
    }

    public Job submit(Served.Model model, int tokens) {
        var job = accept(model, tokens);
        append(Records.job(job, "/test"));
        return job;
    }

    /** Starts a stream without putting the job into its queue. */
    public Job accept(Served.Model model, int tokens) {
        var key = JobKey.random();
        int partition = Math.floorMod(key.low(), PARTITIONS);
        var accepted = new Body.Accepted(model.model(), Task.Text.KIND, "", DEADLINE);
        var at = append(Records.event(partition, Event.accepted(key, accepted), "/test", ""));
        var parameters = new TextParameters(tokens, 1, 1, 0, SEED, List.of(), -1);
        return new Job(
                new JobId(partition, at.offset(), key),
                model.model(),
                "",
                DEADLINE,
                new Task.Text(new Task.Plain("once"), parameters),
                "");
    }

    public void cancel(Job job) {
        close(job, new Body.Cancelled());
        append(Records.cancel(job.id(), "/test"));
    }

    public void close(Job job, Body.Terminal last) {
        say(job, Event.closing(job.id().key(), last));
    }

    public RecordMetadata say(Job job, Event event) {
        return append(Records.event(job.id().partition(), event, "/test", ""));
    }

    public RecordMetadata append(ProducerRecord<byte[], byte[]> record) {
        try {
            return producer.send(record).get();
        } catch (ExecutionException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A record of a stream, and whether readers see it. */
    public record Line(long offset, Mark mark, Body body, boolean isValid) {}

    /** The whole stream, once it has ended. */
    public List<Line> stream(Job job) {
        return stream(job, line -> line.isValid() && line.mark().type().isTerminal());
    }

    /** The stream's records up to the first that matches. */
    public List<Line> stream(Job job, Predicate<Line> last) {
        var lines = new ArrayList<Line>();
        var fence = new Fence[] {Fence.START};
        try (var reader = new StreamReader(settings())) {
            reader.read(
                    job.id().partition(),
                    job.id().key(),
                    job.id().offset() + 1,
                    Long.MAX_VALUE,
                    PATIENCE,
                    record -> {
                        var line = line(record, fence);
                        lines.add(line);
                        return !last.test(line);
                    });
        }
        return lines;
    }

    private static Line line(ConsumerRecord<byte[], byte[]> record, Fence[] fence) {
        var mark = Records.mark(record).orElseThrow();
        var verdict = fence[0].judge(mark);
        if (verdict instanceof Fence.Admitted(var after)) {
            fence[0] = after;
        }
        return new Line(
                record.offset(),
                mark,
                EventCodec.decode(
                        mark.type(), Records.attributes(record.headers()), record.value()),
                verdict instanceof Fence.Admitted);
    }

    /** Deletes the head of a stream's partition, as retention does. */
    public void deleteUpTo(Job job, long offset) throws Exception {
        try (var admin = Admin.create(settings().admin())) {
            var place = new TopicPartition(Topics.EVENTS, job.id().partition());
            admin.deleteRecords(Map.of(place, RecordsToDelete.beforeOffset(offset))).all().get();
        }
    }

    /** Everything in the stream's partition so far that belongs to it. */
    public List<Line> now(Job job) {
        try (var reader = new StreamReader(settings())) {
            long end = reader.end(job.id().partition());
            var lines = new ArrayList<Line>();
            var fence = new Fence[] {Fence.START};
            if (end > job.id().offset() + 1) {
                reader.read(
                        job.id().partition(),
                        job.id().key(),
                        job.id().offset() + 1,
                        end - 1,
                        PATIENCE,
                        record -> lines.add(line(record, fence)));
            }
            return lines;
        }
    }

    /** What the synthetic engine says when nobody disturbs it. */
    public static String text(int tokens) {
        return IntStream.range(0, tokens)
                .mapToObj(i -> " " + SyntheticEngine.token(SEED, i))
                .collect(Collectors.joining());
    }

    /** The text that readers see. */
    public static String text(List<Line> lines) {
        var text = new StringBuilder();
        for (var line : lines) {
            if (line.isValid() && line.body() instanceof Body.Delta delta) {
                text.append(delta.text());
            }
        }
        return text.toString();
    }

    @Override
    public void close() {
        try (broker) {
            producer.close();
        }
    }
}
