package dev.millrace.gateway;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.Event;
import dev.millrace.protocol.FinishReason;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.Mark;
import dev.millrace.protocol.Place;
import dev.millrace.protocol.Usage;
import dev.millrace.protocol.kafka.ClientSettings;
import dev.millrace.protocol.kafka.Records;

import org.apache.kafka.clients.producer.KafkaProducer;

import java.time.Duration;

/** Says on the events topic whatever a test wants said, by any attempt and with any number. */
public final class FakeWorker implements AutoCloseable {
    private final KafkaProducer<byte[], byte[]> producer;

    public FakeWorker(ClientSettings settings) {
        this.producer = new KafkaProducer<>(settings.producer(Duration.ofSeconds(5)));
    }

    public void claim(JobId job, int attempt) {
        say(job, attempt, Mark.NO_SEQUENCE, new Body.Claimed("fake"));
    }

    public void delta(JobId job, int attempt, int sequence) {
        say(job, attempt, sequence, new Body.Delta(text(sequence), sequence));
    }

    public void completed(JobId job, int attempt, int sequence) {
        var body = new Body.Completed(FinishReason.LENGTH, new Usage(1, sequence - 1));
        say(job, attempt, sequence, body);
    }

    /** Claims, says the deltas from the first to the last, and completes. */
    public void answer(JobId job, int attempt, int first, int last) {
        claim(job, attempt);
        for (int sequence = first; sequence <= last; sequence++) {
            delta(job, attempt, sequence);
        }
        completed(job, attempt, last + 1);
        flush();
    }

    public static String text(int sequence) {
        return " t" + sequence;
    }

    public void say(JobId job, int attempt, int sequence, Body body) {
        var event = new Event(new Place(job.key(), attempt, sequence), body);
        var _ = producer.send(Records.event(job.partition(), event, "/workers/fake", ""));
    }

    public void flush() {
        producer.flush();
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(2));
    }
}
