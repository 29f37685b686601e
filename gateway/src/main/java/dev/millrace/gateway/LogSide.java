package dev.millrace.gateway;

import dev.millrace.gateway.admission.Admission;
import dev.millrace.gateway.log.Appender;
import dev.millrace.gateway.log.BrokerClock;
import dev.millrace.gateway.registry.LogRegistry;
import dev.millrace.gateway.registry.Registry;
import dev.millrace.gateway.stream.LogStreams;
import dev.millrace.gateway.stream.Streams;
import dev.millrace.gateway.submit.Jobs;
import dev.millrace.gateway.submit.LogJobs;
import dev.millrace.gateway.submit.Partitions;
import dev.millrace.gateway.tail.LiveTail;
import dev.millrace.protocol.kafka.ClientSettings;

import io.vertx.core.Vertx;

import java.util.List;

/** Wires the half of the gateway that faces the log. */
public final class LogSide implements AutoCloseable {
    private final Appender appender;
    private final LogRegistry registry;
    private final LiveTail tail;
    private final LogStreams streams;
    private final LogJobs jobs;

    /**
     * @param id names this gateway in its records
     * @param home the partitions of its new streams; empty for all
     * @param maxOpenPerModel open jobs, of all gateways
     */
    public record Settings(
            ClientSettings kafka, String id, List<Integer> home, int maxOpenPerModel) {
        public Settings {
            home = List.copyOf(home);
        }
    }

    public LogSide(Settings settings, Vertx vertx) {
        var kafka = settings.kafka();
        var clock = BrokerClock.system();
        var admission = new Admission(settings.maxOpenPerModel());
        this.appender = new Appender(kafka, clock);
        this.registry = new LogRegistry(kafka, clock);
        this.tail = new LiveTail(kafka);
        this.streams = new LogStreams(vertx, kafka, tail);
        this.jobs =
                new LogJobs(
                        vertx,
                        appender,
                        admission,
                        new Partitions(tail::partitions, settings.home()),
                        streams.lookups(),
                        "/gateways/" + settings.id());
        tail.start(List.of(streams.tap()));
    }

    public Streams streams() {
        return streams;
    }

    public Jobs jobs() {
        return jobs;
    }

    public Registry registry() {
        return registry;
    }

    /** Whether it follows the log and the registry, and the log takes its records. */
    public boolean isReady() {
        return tail.isReady() && registry.isReady() && appender.isReachable();
    }

    @Override
    public void close() {
        tail.close();
        streams.close();
        registry.close();
        appender.close();
    }
}
