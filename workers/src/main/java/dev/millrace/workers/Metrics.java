package dev.millrace.workers;

import dev.millrace.protocol.ModelId;
import dev.millrace.workers.claim.Window;
import dev.millrace.workers.run.Measure;
import dev.millrace.workers.run.Tally;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;

import java.util.List;
import java.util.concurrent.atomic.LongAdder;

/** The tally as Prometheus reads it. */
final class Metrics {
    private static final String MODEL = "model";

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);

    private Metrics() {}

    static Metrics of(Tally tally, Window window, WorkerConfig config) {
        var metrics = new Metrics();
        metrics.job("accepted", tally.accepted);
        metrics.job("released", tally.released);
        metrics.job("lost", tally.lost);
        metrics.job("rejected", tally.rejected);
        metrics.counter("redeliveries", "Jobs that were handed out before", tally.redeliveries);
        metrics.counter("renew.misses", "Lock renewals without success", tally.renewMisses);
        metrics.counter("void.claims", "Claims and ends that were void", tally.voidClaims);
        metrics.counter("failed.sends", "Appends that failed for good", tally.failedSends);
        metrics.counter("events.said", "Content events handed to the producer", tally.said);
        metrics.counter("hangs", "Jobs let go because the engine made no step", tally.hangs);
        metrics.gauge("slots", "Jobs at a time", config::slots);
        metrics.gauge("slots.busy", "Slots that hold a job", tally.busy::get);
        metrics.gauge("slots.stuck", "Slots whose engine makes no step", tally.stuck::get);
        metrics.gauge(
                "window.use",
                "From the oldest job held to the newest handed out; the broker stops at 10000",
                window::use);
        return metrics;
    }

    /** Adds an engine's figures, under the model's name. */
    Metrics and(List<Measure> measures, ModelId model) {
        measures.forEach(measure -> add(measure, model));
        return this;
    }

    private void add(Measure measure, ModelId model) {
        var name = "millrace.worker." + measure.name();
        switch (measure.kind()) {
            case COUNTER ->
                    FunctionCounter.builder(name, measure, each -> each.value().getAsLong())
                            .description(measure.description())
                            .tag(MODEL, model.name())
                            .register(registry);
            case GAUGE ->
                    Gauge.builder(name, () -> measure.value().getAsLong())
                            .description(measure.description())
                            .tag(MODEL, model.name())
                            .register(registry);
        }
    }

    private void job(String outcome, LongAdder count) {
        FunctionCounter.builder("millrace.worker.jobs", count, LongAdder::doubleValue)
                .description("Jobs by how this worker settled them")
                .tag("outcome", outcome)
                .register(registry);
    }

    private void counter(String name, String description, LongAdder count) {
        FunctionCounter.builder("millrace.worker." + name, count, LongAdder::doubleValue)
                .description(description)
                .register(registry);
    }

    private void gauge(String name, String description, java.util.function.Supplier<Number> value) {
        Gauge.builder("millrace.worker." + name, value).description(description).register(registry);
    }

    /** In Prometheus' text format. */
    String text() {
        return registry.scrape();
    }
}
