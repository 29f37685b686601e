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
import dev.millrace.gateway.tail.OpenStreams;
import dev.millrace.gateway.tail.ReadBack;
import dev.millrace.gateway.undertaker.Closer;
import dev.millrace.gateway.undertaker.DeadLetters;
import dev.millrace.gateway.undertaker.Expiry;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.kafka.ClientSettings;

import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Vertx;

import java.util.List;

/**
 * Wires the half of the gateway that faces the log. The topics must exist; a broker that is away is
 * waited for, at the start and later.
 */
public final class LogSide implements AutoCloseable {
    private final Appender appender;
    private final LogRegistry registry;
    private final OpenStreams open;
    private final LiveTail tail;
    private final ReadBack readBack;
    private final LogStreams streams;
    private final Expiry expiry;
    private final DeadLetters deadLetters;
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

        String source() {
            return "/gateways/" + id;
        }
    }

    public LogSide(Settings settings, Vertx vertx, MeterRegistry meterRegistry) {
        var kafka = settings.kafka();
        var meters = new LogMeters(meterRegistry);
        var clock = BrokerClock.system();
        var admission = new Admission(settings.maxOpenPerModel(), meters::openJobs);
        this.open = new OpenStreams(admission);
        this.appender = new Appender(kafka, clock);
        this.registry = new LogRegistry(kafka, clock);
        this.tail = new LiveTail(kafka);
        this.readBack = new ReadBack(kafka, tail, open, clock);
        this.streams = new LogStreams(vertx, kafka, tail, open);
        var closer = new Closer(appender, settings.source());
        this.expiry = new Expiry(open, clock, closer);
        this.deadLetters = new DeadLetters(kafka, open, readBack, clock, closer);
        this.jobs =
                new LogJobs(
                        vertx,
                        appender,
                        admission,
                        new Partitions(tail::partitions, settings.home()),
                        streams.lookups(),
                        meters.submitting(),
                        settings.source());
        meters.tail(tail, open, appender);
        meters.streams(streams);
        meters.undertaker(expiry, deadLetters);
        start();
    }

    /** What is known of open streams comes before those who ask for it; see {@link LiveTail}. */
    private void start() {
        tail.start(List.of(open, streams.tap()));
        readBack.start();
        expiry.start();
        deadLetters.start();
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

    /** Whether it also knows all open streams: from here on it keeps all deadlines and limits. */
    public boolean isComplete() {
        return isReady() && readBack.isDone();
    }

    /** Whether the live tail has seen the beginning of this stream and not its end. */
    boolean knows(JobId job) {
        return open.find(job).isPresent();
    }

    long fallBacks() {
        return streams.fallBacks();
    }

    long portions() {
        return streams.portions();
    }

    @Override
    public void close() {
        deadLetters.close();
        expiry.close();
        readBack.close();
        tail.close();
        streams.close();
        registry.close();
        appender.close();
    }
}
