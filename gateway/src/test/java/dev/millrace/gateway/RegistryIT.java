package dev.millrace.gateway;

import static dev.millrace.gateway.LogHarness.until;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.Served;
import dev.millrace.protocol.kafka.Records;

import org.apache.kafka.clients.producer.KafkaProducer;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.List;

final class RegistryIT {
    private static final ModelId TINY = new ModelId("tiny");
    private static final Duration INTERVAL = Duration.ofMillis(300);

    @Test
    void models_and_their_living_workers_are_known_from_the_topic() throws Exception {
        var model =
                new Served.TextModel(
                        TINY,
                        List.of("tiny", "storyteller"),
                        2048,
                        8192,
                        256,
                        0.8,
                        Duration.ofMinutes(5));
        var worker = new Served.Worker(TINY, "a", 4, 1, INTERVAL);
        try (var log = new LogHarness(1);
                var producer =
                        new KafkaProducer<byte[], byte[]>(
                                log.kafka.producer(Duration.ofSeconds(5)))) {
            producer.send(Records.served(model, "/workers/a")).get();

            try (var gateway = log.gateway("one")) {
                var registry = gateway.registry();
                assertThat(registry.find("storyteller")).contains(model);
                assertThat(registry.workers(model)).isEmpty();

                producer.send(Records.served(worker, "/workers/a")).get();
                until("the worker is known", () -> registry.workers(model).equals(List.of(worker)));
                until("it has missed its heartbeats", () -> registry.workers(model).isEmpty());

                producer.send(Records.gone(model)).get();
                until("the model is gone", () -> registry.find("tiny").isEmpty());
            }
        }
    }
}
