package dev.millrace.gateway.registry;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.Served;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

final class RollTest {
    private static final Instant NOON = Instant.parse("2026-01-01T12:00:00Z");
    private static final ModelId TINY = new ModelId("tiny");
    private static final Duration INTERVAL = Duration.ofSeconds(5);

    private final Roll roll =
            Roll.EMPTY
                    .with("tiny", model("tiny", "storyteller"), NOON)
                    .with("tiny/a", worker("a"), NOON);

    @Test
    void a_model_is_found_by_its_id_and_by_its_other_names() {
        assertThat(roll.find("tiny")).isPresent();
        assertThat(roll.find("storyteller")).isPresent();
        assertThat(roll.find("Tiny")).isEmpty();
    }

    @Test
    void no_alias_hides_another_models_id() {
        var more = roll.with("a-copycat", model("a-copycat", "tiny"), NOON);

        assertThat(more.find("tiny").orElseThrow().model()).isEqualTo(TINY);
    }

    @Test
    void a_worker_lives_for_three_intervals_after_its_last_heartbeat() {
        var end = NOON.plus(INTERVAL.multipliedBy(3));

        assertThat(roll.workers(TINY, end.minusMillis(1))).hasSize(1);
        assertThat(roll.workers(TINY, end)).isEmpty();
        assertThat(roll.with("tiny/a", worker("a"), NOON.plusSeconds(5)).workers(TINY, end))
                .hasSize(1);
    }

    @Test
    void while_the_brokers_time_is_unknown_all_workers_count_as_alive() {
        assertThat(roll.workers(TINY, Instant.MIN)).hasSize(1);
    }

    @Test
    void a_model_stays_when_its_workers_are_gone() {
        var later = roll.without("tiny/a");

        assertThat(later.models()).hasSize(1);
        assertThat(later.workers(TINY, NOON)).isEmpty();
    }

    @Test
    void workers_that_went_without_a_farewell_are_forgotten_in_time() {
        var later = roll.with("tiny/b", worker("b"), NOON.plus(Duration.ofHours(2)));

        assertThat(later.entries()).containsOnlyKeys("tiny", "tiny/b");
    }

    private static Served.Model model(String id, String alias) {
        return new Served.TextModel(
                new ModelId(id), List.of(id, alias), 2048, 8192, 256, 0.8, Duration.ofMinutes(5));
    }

    private static Served.Worker worker(String name) {
        return new Served.Worker(TINY, name, 4, 0, INTERVAL);
    }
}
