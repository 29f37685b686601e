package dev.millrace.app;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.Event;
import dev.millrace.protocol.Job;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.JobKey;
import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.Topics;
import dev.millrace.protocol.codec.JobCodec;
import dev.millrace.protocol.codec.Unreadable;
import dev.millrace.protocol.kafka.ClientSettings;
import dev.millrace.protocol.kafka.Records;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.ExecutionException;

/**
 * Makes new jobs out of a model's dead letters: each has an id and a stream of its own, and the
 * owner, task and deadline of the old one, whose stream stays as it ended. What is replayed twice
 * runs twice.
 */
final class Replay implements AutoCloseable {
    private static final String SOURCE = "/millrace/replay";
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final KafkaConsumer<byte[], byte[]> consumer;
    private final KafkaProducer<byte[], byte[]> producer;

    Replay(ClientSettings settings) {
        this.consumer = new KafkaConsumer<>(settings.reader());
        this.producer = new KafkaProducer<>(settings.producer(PATIENCE));
    }

    /** What is left of a dead job. */
    sealed interface Letter {
        /** The job that died. */
        String job();

        /** It can be replayed. */
        record Whole(Job dead) implements Letter {
            @Override
            public String job() {
                return dead.id().toString();
            }
        }

        /** Its body did not survive: the broker leaves out what it finds too large. */
        record Hollow(String job, String reason) implements Letter {}
    }

    /**
     * The model's dead letters, oldest first, as many as there are now.
     *
     * @throws IllegalArgumentException if there is no such model
     * @throws KafkaException if they cannot be read
     */
    List<Letter> letters(ModelId model) {
        var places =
                consumer.partitionsFor(Topics.deadLetters(model), PATIENCE).stream()
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .toList();
        if (places.isEmpty()) {
            throw new IllegalArgumentException(
                    "MODEL must be one that is or was served, was '" + model + "'");
        }
        consumer.assign(places);
        consumer.seekToBeginning(places);
        var ends = consumer.endOffsets(places);
        var letters = new ArrayList<Letter>();
        while (ends.entrySet().stream()
                .anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            for (var letter : consumer.poll(POLL)) {
                Records.job(letter).map(key -> letter(letter, key)).ifPresent(letters::add);
            }
        }
        return List.copyOf(letters);
    }

    private static Letter letter(ConsumerRecord<byte[], byte[]> letter, JobKey key) {
        if (letter.value() == null || letter.value().length == 0) {
            return new Letter.Hollow(key.toString(), "the letter has no body");
        }
        try {
            var dead =
                    JobCodec.decode(
                            Records.owner(letter.headers()),
                            Records.traceparent(letter.headers()),
                            letter.value());
            return new Letter.Whole(dead);
        } catch (Unreadable e) {
            return new Letter.Hollow(
                    key.toString(), Objects.requireNonNullElse(e.getMessage(), "unreadable"));
        }
    }

    /**
     * Submits the job of a letter again.
     *
     * @throws KafkaException if it is unknown whether the new job reached the log
     */
    JobId replay(Job dead) throws InterruptedException {
        var key = JobKey.random();
        var accepted =
                new Body.Accepted(
                        dead.model(), dead.task().kind(), dead.owner(), dead.deadline(), false);
        int partition = partition(key);
        var start =
                append(
                        Records.event(
                                partition,
                                Event.accepted(key, accepted),
                                SOURCE,
                                dead.traceparent()));
        var job =
                new Job(
                        new JobId(partition, start.offset(), key),
                        dead.model(),
                        dead.owner(),
                        dead.deadline(),
                        dead.task(),
                        dead.traceparent());
        append(Records.job(job, SOURCE));
        return job.id();
    }

    private int partition(JobKey key) {
        return Math.floorMod(key.hashCode(), producer.partitionsFor(Topics.EVENTS).size());
    }

    private RecordMetadata append(ProducerRecord<byte[], byte[]> record)
            throws InterruptedException {
        try {
            return producer.send(record).get();
        } catch (ExecutionException e) {
            throw new KafkaException(
                    "it is unknown whether the job reached the log: " + e.getCause(), e);
        }
    }

    @Override
    public void close() {
        producer.close(PATIENCE);
        consumer.close();
    }
}
