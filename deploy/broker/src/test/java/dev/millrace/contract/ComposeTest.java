package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.Topics;

import kafka.server.KafkaConfig;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.io.IOException;
import java.util.Locale;
import java.util.stream.Stream;

final class ComposeTest {
    private Compose compose;

    @BeforeEach
    void read() throws IOException {
        compose = Compose.read();
    }

    @Test
    void every_setting_of_the_broker_is_one_that_kafka_knows() {
        var known = KafkaConfig.configNames();

        assertThat(compose.kafkaSettings().keySet())
                .isNotEmpty()
                .allMatch(name -> known.contains(setting(name)));
    }

    @Test
    void the_broker_allows_what_the_groups_ask_for() {
        assertThat(compose.kafkaSettings())
                .containsEntry("KAFKA_MESSAGE_MAX_BYTES", Integer.toString(Topics.MAX_RECORD_BYTES))
                .containsEntry(
                        "KAFKA_GROUP_SHARE_MAX_PARTITION_MAX_RECORD_LOCKS",
                        Integer.toString(Topics.RECORD_LOCKS))
                .containsEntry(
                        "KAFKA_GROUP_SHARE_MAX_DELIVERY_COUNT_LIMIT",
                        Integer.toString(Topics.DELIVERY_LIMIT));
    }

    @Test
    void every_service_comes_back_after_a_crash_and_has_limits() {
        assertThat(compose.services())
                .isNotEmpty()
                .allSatisfy(service -> {
                    assertThat(service.path("restart").asText())
                            .isIn("unless-stopped", "on-failure");
                    assertThat(service.at("/deploy/resources/limits/memory").asText())
                            .matches("\\d+[MG]");
                    assertThat(service.at("/deploy/resources/limits/cpus").asText())
                            .matches("\\d\\.\\d");
                });
    }

    @Test
    void everything_that_stays_up_says_how_it_is() {
        compose.services().properties().stream()
                .filter(service -> !service.getKey().equals("kafka-features"))
                .forEach(service ->
                        assertThat(service.getValue().at("/healthcheck/test"))
                                .as(service.getKey())
                                .isNotEmpty());
    }

    @Test
    void our_services_wait_until_the_broker_can_keep_dead_letters() {
        assertThat(Stream.of("gateway-1", "gateway-2", "text-worker").map(compose.services()::get))
                .allSatisfy(service ->
                        assertThat(service.at("/depends_on/kafka-features/condition").asText())
                                .isEqualTo("service_completed_successfully"));
    }

    private static String setting(String variable) {
        return variable.substring("KAFKA_".length()).toLowerCase(Locale.ROOT).replace('_', '.');
    }
}
