package dev.millrace.workers.emit;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.FinishReason;
import dev.millrace.protocol.Usage;
import dev.millrace.workers.SomeJob;
import dev.millrace.workers.run.Tally;

import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Against the Kafka client's own producer without a broker. */
class EmissionTest {
    private static final Body.Terminal DONE =
            new Body.Completed(FinishReason.STOP, new Usage(1, 1));

    private final Tally tally = new Tally();
    private boolean ours = true;
    private int acknowledged;

    private static MockProducer<byte[], byte[]> producer(boolean answersAtOnce) {
        return new MockProducer<>(
                answersAtOnce, null, new ByteArraySerializer(), new ByteArraySerializer());
    }

    private Emission emission(MockProducer<byte[], byte[]> producer) {
        return new Emitter(producer, "one", tally).open(SomeJob.JOB, 3, 4, () -> ours);
    }

    private static List<String> sequences(MockProducer<byte[], byte[]> producer) {
        return producer.history().stream().map(EmissionTest::sequence).toList();
    }

    private static String sequence(ProducerRecord<byte[], byte[]> record) {
        return new String(
                record.headers().lastHeader("ce_sequence").value(), StandardCharsets.UTF_8);
    }

    @Test
    void what_is_said_goes_on_numbering_the_stream() {
        var producer = producer(true);
        var emission = emission(producer);

        emission.say(new Body.Delta("a", 1));
        emission.say(new Body.Delta("b", 2));
        var receipt = emission.end(DONE);

        assertThat(sequences(producer)).containsExactly("5", "6", "7");
        assertThat(receipt).isEqualTo(new Receipt.At(2));
        assertThat(tally.said.sum()).isEqualTo(2);
    }

    @Test
    void after_a_failed_send_nothing_more_is_said() {
        var producer = producer(false);
        var emission = emission(producer);
        emission.say(new Body.Delta("a", 1));
        producer.errorNext(new TimeoutException("planted"));

        emission.say(new Body.Delta("b", 2));

        assertThat(emission.isHeard()).isFalse();
        assertThat(emission.end(DONE)).isInstanceOf(Receipt.Unknown.class);
        assertThat(sequences(producer)).containsExactly("5");
        assertThat(tally.failedSends.sum()).isEqualTo(1);
    }

    @Test
    void once_the_stream_is_another_workers_nothing_more_is_said() {
        var producer = producer(true);
        var emission = emission(producer);

        ours = false;
        emission.say(new Body.Delta("a", 1));

        assertThat(emission.isHeard()).isFalse();
        assertThat(producer.history()).isEmpty();
    }

    @Test
    void an_emission_that_was_silenced_says_nothing() {
        var producer = producer(true);
        var emission = emission(producer);

        emission.silence();
        emission.say(new Body.Delta("a", 1));

        assertThat(producer.history()).isEmpty();
    }

    @Test
    void a_source_faster_than_the_log_waits_for_it() throws InterruptedException {
        var producer = producer(false);
        var emission = emission(producer);

        var source =
                Thread.ofVirtual()
                        .start(() -> {
                            for (int i = 0; i < 3 * Emission.WINDOW; i++) {
                                emission.say(new Body.Delta("a", i));
                            }
                        });
        int most = 0;
        while (source.isAlive()) {
            do { // a busy machine may not have let it come so far
                source.join(Duration.ofMillis(20));
            } while (source.getState() == Thread.State.RUNNABLE);
            most = Math.max(most, unacknowledged(producer));
            while (producer.completeNext()) {
                acknowledged++;
            }
        }

        assertThat(most).isEqualTo(Emission.WINDOW);
        assertThat(producer.history()).hasSize(3 * Emission.WINDOW);
    }

    @Test
    void a_source_that_waits_goes_away_when_it_is_no_longer_heard() throws InterruptedException {
        var producer = producer(false);
        var emission = emission(producer);
        var source =
                Thread.ofVirtual()
                        .start(() -> {
                            for (int i = 0; i <= Emission.WINDOW; i++) {
                                emission.say(new Body.Delta("a", i));
                            }
                        });
        while (producer.history().size() < Emission.WINDOW) {
            Thread.onSpinWait();
        }

        emission.silence();

        assertThat(source.join(Duration.ofSeconds(30))).isTrue();
        assertThat(producer.history()).hasSize(Emission.WINDOW);
    }

    private int unacknowledged(MockProducer<byte[], byte[]> producer) {
        return producer.history().size() - acknowledged;
    }

    @Test
    void a_claim_without_an_offset_counts_as_not_made() {
        var producer = new Offsetless();
        var emitter = new Emitter(producer, "one", tally);

        assertThat(emitter.claim(SomeJob.JOB, 1)).isInstanceOf(Receipt.Unknown.class);
    }
}
