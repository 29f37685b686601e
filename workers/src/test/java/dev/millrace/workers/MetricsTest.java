package dev.millrace.workers;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.ModelId;
import dev.millrace.workers.claim.Window;
import dev.millrace.workers.run.Measure;
import dev.millrace.workers.run.Tally;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.Map;

class MetricsTest {
    @Test
    void an_engines_figures_stand_beside_the_workers_under_the_models_name() {
        var config = WorkerConfig.from(Map.of(WorkerConfig.MODEL, "/models/tiny"));
        var measures =
                List.of(
                        Measure.gauge("kv.bytes", "Memory", () -> 4096),
                        Measure.counter("selections", "Times", () -> 7));

        var text =
                Metrics.of(new Tally(), new Window(), config)
                        .and(measures, new ModelId("tiny"))
                        .text();

        assertThat(text)
                .contains("millrace_worker_slots 8.0")
                .contains("millrace_worker_kv_bytes{model=\"tiny\"} 4096.0")
                .contains("# TYPE millrace_worker_kv_bytes gauge")
                .contains("millrace_worker_selections_total{model=\"tiny\"} 7.0");
    }
}
