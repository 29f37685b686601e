package dev.millrace.gateway;

import dev.millrace.gateway.admission.Admission;
import dev.millrace.gateway.log.Appender;
import dev.millrace.gateway.stream.LogStreams;
import dev.millrace.gateway.tail.LiveTail;
import dev.millrace.gateway.tail.OpenStreams;
import dev.millrace.gateway.undertaker.DeadLetters;
import dev.millrace.gateway.undertaker.Expiry;
import dev.millrace.protocol.ModelId;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;

/** The names of what is measured between the gateway and the log. */
final class LogMeters {
    private final MeterRegistry registry;

    LogMeters(MeterRegistry registry) {
        this.registry = registry;
    }

    Timer submitting() {
        return Timer.builder("millrace.submit")
                .description("until a job's two records are acknowledged")
                .publishPercentileHistogram()
                .register(registry);
    }

    void openJobs(ModelId model, Admission admission) {
        Gauge.builder("millrace.jobs.open", admission, a -> a.open(model))
                .description("jobs whose stream has not ended, of all gateways")
                .tag("model", model.name())
                .register(registry);
    }

    void tail(LiveTail tail, OpenStreams open, Appender appender) {
        Gauge.builder("millrace.tail.lag", tail, LiveTail::lag)
                .description("records between the live tail and the log's end")
                .register(registry);
        Gauge.builder("millrace.log.reachable", appender, a -> a.isReachable() ? 1 : 0)
                .description("1 if the log took a record lately")
                .register(registry);
        FunctionCounter.builder("millrace.events.fenced", open, OpenStreams::fenced)
                .description("void records: of superseded attempts, or after the end")
                .register(registry);
    }

    void streams(LogStreams streams) {
        Gauge.builder("millrace.subscribers", streams, LogStreams::following).register(registry);
        Gauge.builder("millrace.catchup.waiting", streams, LogStreams::waiting)
                .description("reads that wait for a catch-up reader")
                .register(registry);
        FunctionCounter.builder("millrace.catchup.reads", streams, LogStreams::portions)
                .description("portions read from the log for subscribers")
                .register(registry);
        FunctionCounter.builder("millrace.subscribers.fallbacks", streams, LogStreams::fallBacks)
                .description("subscribers too slow for the live tail, sent back to the log")
                .register(registry);
    }

    void undertaker(Expiry expiry, DeadLetters deadLetters) {
        FunctionCounter.builder("millrace.jobs.expired", expiry, Expiry::expired)
                .register(registry);
        FunctionCounter.builder("millrace.jobs.buried", deadLetters, DeadLetters::buried)
                .register(registry);
    }
}
