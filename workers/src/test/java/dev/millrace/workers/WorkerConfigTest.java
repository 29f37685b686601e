package dev.millrace.workers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.protocol.kafka.ClientSettings;
import dev.millrace.workers.run.EngineSettings;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

class WorkerConfigTest {
    private static final Map<String, String> LEAST = Map.of("MILLRACE_MODEL", "models/stories");

    @TempDir private Path folder;

    @Test
    void only_the_model_must_be_given() {
        var config = WorkerConfig.from(LEAST);

        assertThat(config)
                .isEqualTo(
                        new WorkerConfig(
                                ClientSettings.of("127.0.0.1:9092"),
                                Path.of("models/stories"),
                                8,
                                Duration.ofSeconds(15),
                                Duration.ofSeconds(20),
                                8082,
                                config.id(),
                                false,
                                Duration.ZERO,
                                Duration.ofMinutes(1),
                                "auto",
                                8));
        assertThat(config.id()).matches("worker-[0-9a-f]{8}");
    }

    @Test
    void every_setting_has_a_name() {
        var config =
                WorkerConfig.from(
                        Map.ofEntries(
                                Map.entry("MILLRACE_BOOTSTRAP", "kafka:9092"),
                                Map.entry("MILLRACE_MODEL", "m"),
                                Map.entry("MILLRACE_SLOTS", "64"),
                                Map.entry("MILLRACE_LOCK", "30s"),
                                Map.entry("MILLRACE_GRACE", "2m"),
                                Map.entry("MILLRACE_MANAGEMENT_PORT", "0"),
                                Map.entry("MILLRACE_WORKER_ID", "east-1"),
                                Map.entry("MILLRACE_DETERMINISTIC", "true"),
                                Map.entry("MILLRACE_PACE", "5ms"),
                                Map.entry("MILLRACE_FIRST_STEP", "1h"),
                                Map.entry("MILLRACE_DEVICE", "gpu1"),
                                Map.entry("MILLRACE_EVENT_PARTITIONS", "16")));

        assertThat(config)
                .isEqualTo(
                        new WorkerConfig(
                                ClientSettings.of("kafka:9092"),
                                Path.of("m"),
                                64,
                                Duration.ofSeconds(30),
                                Duration.ofMinutes(2),
                                0,
                                "east-1",
                                true,
                                Duration.ofMillis(5),
                                Duration.ofHours(1),
                                "gpu1",
                                16));
        assertThat(config.engine())
                .isEqualTo(new EngineSettings(64, true, Duration.ofMillis(5), "gpu1"));
    }

    @Test
    void the_operators_properties_reach_kafka_and_the_address_is_set_over_them() throws Exception {
        var file = folder.resolve("kafka.properties");
        Files.writeString(file, "security.protocol=SSL\nbootstrap.servers=elsewhere:1\n");

        var config =
                WorkerConfig.from(
                        Map.of(
                                "MILLRACE_MODEL", "m",
                                "MILLRACE_BOOTSTRAP", "here:2",
                                "MILLRACE_KAFKA_PROPERTIES", file.toString()));

        assertThat(config.kafka().operator())
                .isEqualTo(Map.of("security.protocol", "SSL", "bootstrap.servers", "here:2"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "MILLRACE_SLOTS|0|MILLRACE_SLOTS must be a whole number, 1..1000, was '0'",
                "MILLRACE_LOCK|61s|MILLRACE_LOCK must be a duration (500ms, 15s, 2m, 1h), 1s..1m,"
                        + " was '61s'",
                "MILLRACE_DEVICE|tpu|MILLRACE_DEVICE must be auto, cpu, gpu or gpuN, was 'tpu'",
                "MILLRACE_MODEL|''|MILLRACE_MODEL must be a model's directory, was ''",
                "MILLRACE_KAFKA_PROPERTIES|no/such|MILLRACE_KAFKA_PROPERTIES must be a readable"
                        + " properties file, was 'no/such'"
            })
    void a_bad_value_is_named(String name, String value, String message) {
        var environment = new HashMap<>(LEAST);
        environment.put(name, value);

        assertThatThrownBy(() -> WorkerConfig.from(environment))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
