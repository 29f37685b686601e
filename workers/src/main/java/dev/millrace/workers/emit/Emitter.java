package dev.millrace.workers.emit;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.Event;
import dev.millrace.protocol.Job;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.Served;
import dev.millrace.protocol.kafka.ClientSettings;
import dev.millrace.protocol.kafka.Records;
import dev.millrace.workers.run.Tally;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/** Appends to the log, as one worker. Safe for use by all threads. */
public final class Emitter implements AutoCloseable {
    /** How long an append may hold its caller when the broker is away or the buffer full. */
    private static final Duration MAX_BLOCK = Duration.ofSeconds(5);

    /** Beyond the producer's own limit, after which the outcome is known. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Producer<byte[], byte[]> producer;
    private final String worker;
    private final String source;
    private final Tally tally;

    public Emitter(ClientSettings settings, String worker, Tally tally) {
        this(new KafkaProducer<>(settings.producer(MAX_BLOCK)), worker, tally);
    }

    Emitter(Producer<byte[], byte[]> producer, String worker, Tally tally) {
        this.producer = producer;
        this.worker = worker;
        this.source = "/workers/" + worker;
        this.tally = tally;
    }

    /** Appends this worker's claim and waits for the log's answer. */
    public Receipt claim(Job job, int attempt) {
        var claimed = Event.claimed(job.id().key(), attempt, new Body.Claimed(worker));
        return await(send(record(job.id(), claimed, job.traceparent())));
    }

    /** Ends a stream for which there is no claim, and waits for the log's answer. */
    public Receipt close(JobId job, Body.Terminal last) {
        return await(send(record(job, Event.closing(job.key(), last), "")));
    }

    /**
     * Opens one's voice in a stream whose claim has been read back.
     *
     * @param sequence of the stream's last valid event
     * @param ours whether the claim is still the valid one, as far as is known
     */
    public Emission open(Job job, int attempt, int sequence, BooleanSupplier ours) {
        return new Emission(this, job, attempt, sequence, ours);
    }

    /** Puts a record into the registry; nobody waits for it. */
    public void announce(Served served) {
        var _ = send(Records.served(served, source));
    }

    /** Takes a record out of the registry and waits for it. */
    public Receipt withdraw(Served served) {
        return await(send(Records.gone(served)));
    }

    ProducerRecord<byte[], byte[]> record(JobId job, Event event, String traceparent) {
        return Records.event(job.partition(), event, source, traceparent);
    }

    private Future<RecordMetadata> send(ProducerRecord<byte[], byte[]> record) {
        return send(record, _ -> {});
    }

    /** Appends; the producer's thread tells what became of it. */
    Future<RecordMetadata> send(
            ProducerRecord<byte[], byte[]> record, Consumer<Optional<Exception>> onAnswer) {
        return producer.send(
                record,
                (_, failure) -> {
                    if (failure != null) {
                        tally.failedSends.increment();
                    }
                    onAnswer.accept(Optional.ofNullable(failure));
                });
    }

    Tally tally() {
        return tally;
    }

    Receipt await(Future<RecordMetadata> append) {
        try {
            var metadata = append.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
            return metadata.hasOffset()
                    ? new Receipt.At(metadata.offset())
                    : new Receipt.Unknown("acknowledged without an offset");
        } catch (ExecutionException | TimeoutException e) {
            return new Receipt.Unknown(String.valueOf(e.getMessage()));
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new Receipt.Unknown("interrupted");
        }
    }

    @Override
    public void close() {
        producer.close(PATIENCE);
    }
}
