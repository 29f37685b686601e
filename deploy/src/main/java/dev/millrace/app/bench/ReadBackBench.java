package dev.millrace.app.bench;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.protocol.Body;
import dev.millrace.protocol.Event;
import dev.millrace.protocol.JobKey;
import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.Place;
import dev.millrace.protocol.Task;
import dev.millrace.protocol.kafka.ClientSettings;
import dev.millrace.protocol.kafka.Provisioner;
import dev.millrace.protocol.kafka.Records;
import dev.millrace.protocol.kafka.StreamReader;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;

import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;

/**
 * What taking over a job costs that has waited: the claim is read back from {@code accepted}, past
 * all that other jobs said in the same partition meanwhile.
 */
final class ReadBackBench {
    private static final int EVENTS_PER_SECOND = 5_000;
    private static final int OTHERS = 64;
    private static final String SOURCE = "/bench";
    private static final int REPETITIONS = 5;

    private final PrintStream out;
    private final boolean quick;

    ReadBackBench(PrintStream out, boolean quick) {
        this.out = out;
        this.quick = quick;
    }

    void run() throws InterruptedException {
        try (var broker = EmbeddedBroker.ephemeral()) {
            var settings = ClientSettings.of(broker.bootstrap());
            try (var provisioner = new Provisioner(settings)) {
                provisioner.shared(1);
            }
            measure(settings, Duration.ofSeconds(1), "readback_1s_ms");
            measure(settings, Duration.ofMinutes(1), "readback_1min_ms");
            if (!quick) {
                measure(settings, Duration.ofHours(1), "readback_1h_ms");
            }
        } catch (ExecutionException e) {
            throw new IllegalStateException("could not write the log", e);
        }
    }

    private void measure(ClientSettings settings, Duration waited, String name)
            throws ExecutionException, InterruptedException {
        long events = waited.toSeconds() * EVENTS_PER_SECOND;
        var job = JobKey.random();
        long from;
        long to;
        try (var producer =
                new KafkaProducer<byte[], byte[]>(settings.producer(Duration.ofSeconds(30)))) {
            from = append(producer, accepted(job));
            others(producer, events);
            to = append(producer, Event.claimed(job, 1, new Body.Claimed("bench")));
        }
        int repetitions = events > 1_000_000 ? 1 : REPETITIONS;
        var millis = new double[repetitions];
        for (int i = 0; i < repetitions; i++) {
            millis[i] = readBack(settings, job, from, to);
        }
        var stats = Stats.of(millis);
        out.printf(
                Locale.ROOT,
                "read-back after %s at %d events/s: %s ms%n",
                waited,
                EVENTS_PER_SECOND,
                stats);
        out.printf(Locale.ROOT, "RESULT %s=%.3f%n", name, stats.p50());
    }

    private static double readBack(ClientSettings settings, JobKey job, long from, long to) {
        try (var reader = new StreamReader(settings)) {
            long start = System.nanoTime();
            reader.read(0, job, from, to, Duration.ofSeconds(30), _ -> true);
            return (System.nanoTime() - start) / 1e6;
        }
    }

    private static Event accepted(JobKey job) {
        return Event.accepted(
                job,
                new Body.Accepted(new ModelId("bench"), Task.Text.KIND, "", Duration.ofHours(1)));
    }

    private static void others(Producer<byte[], byte[]> producer, long events) {
        List<JobKey> keys = IntStream.range(0, OTHERS).mapToObj(_ -> JobKey.random()).toList();
        for (long i = 0; i < events; i++) {
            int sequence = (int) (i / OTHERS) + 1;
            var place = new Place(keys.get((int) (i % OTHERS)), 1, sequence);
            var _ =
                    producer.send(
                            Records.event(
                                    0, new Event(place, new Body.Delta(" once", 1)), SOURCE, ""));
        }
    }

    private static long append(Producer<byte[], byte[]> producer, Event event)
            throws ExecutionException, InterruptedException {
        return producer.send(Records.event(0, event, SOURCE, "")).get().offset();
    }
}
