package dev.millrace.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.gateway.http.exchange.HttpLimits;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

class GatewayConfigTest {
    @Test
    void an_empty_environment_is_a_gateway_on_this_machine() {
        var config = GatewayConfig.from(Map.of());

        assertThat(config.kafka().operator())
                .containsExactly(Map.entry("bootstrap.servers", "127.0.0.1:9092"));
        assertThat(config.id()).matches("gateway-[0-9a-f]{8}");
        assertThat(config.host()).isEqualTo("127.0.0.1");
        assertThat(config.port()).isEqualTo(8080);
        assertThat(config.managementPort()).isEqualTo(8081);
        assertThat(config.eventLoops()).isEqualTo(2);
        assertThat(config.eventPartitions()).isEqualTo(8);
        assertThat(config.homePartitions()).isEmpty();
        assertThat(config.maxOpenJobs()).isEqualTo(1000);
        assertThat(config.allowedOrigins()).isEmpty();
        assertThat(config.limits())
                .isEqualTo(
                        new HttpLimits(
                                12 * 1024 * 1024,
                                128L * 1024 * 1024,
                                Duration.ofSeconds(60),
                                10_000,
                                Duration.ofSeconds(120),
                                256,
                                Duration.ofSeconds(15),
                                64 * 1024));
    }

    @Test
    void every_setting_has_its_name() {
        var environment = new HashMap<String, String>();
        environment.put("MILLRACE_BOOTSTRAP", "kafka:9092");
        environment.put("MILLRACE_GATEWAY_ID", "east-1");
        environment.put("MILLRACE_HOST", "0.0.0.0");
        environment.put("MILLRACE_PORT", "0");
        environment.put("MILLRACE_MANAGEMENT_PORT", "9000");
        environment.put("MILLRACE_EVENT_LOOPS", "4");
        environment.put("MILLRACE_EVENT_PARTITIONS", "32");
        environment.put("MILLRACE_HOME_PARTITIONS", "3, 4");
        environment.put("MILLRACE_MAX_OPEN_JOBS", "7");
        environment.put("MILLRACE_ALLOWED_ORIGINS", "https://a.example,https://b.example");
        environment.put("MILLRACE_MAX_BODY_BYTES", "2048");
        environment.put("MILLRACE_MAX_BODIES_BYTES", "4096");
        environment.put("MILLRACE_BODY_TIMEOUT", "5s");
        environment.put("MILLRACE_MAX_CONNECTIONS", "6");
        environment.put("MILLRACE_IDLE_TIMEOUT", "7s");
        environment.put("MILLRACE_MAX_SUBSCRIPTIONS", "8");
        environment.put("MILLRACE_HEARTBEAT", "9s");
        environment.put("MILLRACE_WRITE_BUFFER_BYTES", "8192");

        var config = GatewayConfig.from(environment);

        assertThat(config)
                .isEqualTo(
                        new GatewayConfig(
                                config.kafka(),
                                "east-1",
                                "0.0.0.0",
                                0,
                                9000,
                                4,
                                32,
                                List.of(3, 4),
                                7,
                                Set.of("https://a.example", "https://b.example"),
                                new HttpLimits(
                                        2048,
                                        4096,
                                        Duration.ofSeconds(5),
                                        6,
                                        Duration.ofSeconds(7),
                                        8,
                                        Duration.ofSeconds(9),
                                        8192)));
        assertThat(config.kafka().operator()).containsEntry("bootstrap.servers", "kafka:9092");
    }

    @Test
    void a_properties_file_adds_what_kafka_clients_need(@TempDir Path directory)
            throws IOException {
        var file = directory.resolve("kafka.properties");
        Files.writeString(file, "security.protocol=SSL\nbootstrap.servers=secure:9093\n");

        var config = GatewayConfig.from(Map.of("MILLRACE_KAFKA_PROPERTIES", file.toString()));

        assertThat(config.kafka().operator())
                .containsEntry("security.protocol", "SSL")
                .containsEntry("bootstrap.servers", "secure:9093");
    }

    @ParameterizedTest
    @CsvSource({
        "MILLRACE_PORT, 65536, '0..65535'",
        "MILLRACE_PORT, http, '0..65535'",
        "MILLRACE_EVENT_PARTITIONS, 0, '1..1024'",
        "MILLRACE_HOME_PARTITIONS, '1,x', '0..1023'",
        "MILLRACE_MAX_BODY_BYTES, 16777216, '1024..15728640'",
        "MILLRACE_MAX_BODIES_BYTES, 1024, '12582912..2147483647'",
        "MILLRACE_HEARTBEAT, 0s, '1s..1h'",
    })
    void a_bad_setting_is_named_with_what_it_must_be(String name, String value, String range) {
        assertThatThrownBy(() -> GatewayConfig.from(Map.of(name, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(name)
                .hasMessageContaining(range)
                .hasMessageContaining(value.substring(value.length() - 1));
    }
}
