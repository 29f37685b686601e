package dev.millrace.workers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.EventType;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

class WorkerIT {
    private final Cluster cluster = new Cluster(Duration.ofSeconds(3));

    private Worker worker(Map<String, String> more) {
        var settings =
                new HashMap<>(
                        Map.of(
                                WorkerConfig.BOOTSTRAP, cluster.broker().bootstrap(),
                                WorkerConfig.MODEL, "none",
                                WorkerConfig.SLOTS, "2",
                                WorkerConfig.LOCK, "3s",
                                WorkerConfig.MANAGEMENT_PORT, "0"));
        settings.putAll(more);
        return Worker.start(WorkerConfig.from(settings), new SyntheticKind());
    }

    @AfterEach
    void close() {
        cluster.close();
    }

    @Test
    void a_job_is_streamed_from_its_claim_to_its_end() {
        var job = cluster.submit(20, 7);

        try (var _ = worker(Map.of())) {
            var lines = cluster.stream(job);

            assertThat(lines).allMatch(Cluster.Line::isValid);
            assertThat(lines.getFirst().mark().type()).isEqualTo(EventType.CLAIMED);
            assertThat(lines.getLast().mark().type()).isEqualTo(EventType.COMPLETED);
            assertThat(lines).hasSize(22);
        }
    }
}
