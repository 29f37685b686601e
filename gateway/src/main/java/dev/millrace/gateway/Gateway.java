package dev.millrace.gateway;

import dev.millrace.gateway.http.HttpServers;
import dev.millrace.gateway.http.Management;
import dev.millrace.gateway.http.exchange.HttpMeters;
import dev.millrace.protocol.kafka.Provisioner;

import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;
import java.time.InstantSource;
import java.util.Objects;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;

/** A gateway: HTTP on one side, the log on the other. */
public final class Gateway implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Gateway.class);
    private static final Duration START = Duration.ofSeconds(30);
    private static final int WAITING_THREADS = 4;

    private final Vertx vertx;
    private final LogSide log;
    private final HttpServers http;
    private final int port;
    private final int managementPort;

    private Gateway(GatewayConfig config) {
        var meters = meters();
        this.vertx = vertx(config);
        this.log = new LogSide(log(config), vertx, meters);
        this.http =
                new HttpServers(
                        vertx,
                        config.limits(),
                        config.allowedOrigins(),
                        log.registry(),
                        log.streams(),
                        log.jobs(),
                        InstantSource.system(),
                        new HttpMeters(meters));
        var management = new Management(vertx, meters, log::isReady);
        try {
            this.managementPort = await(management.start(config.host(), config.managementPort()));
            this.port = await(http.start(config.host(), config.port(), config.eventLoops()));
        } catch (CompletionException e) {
            close();
            throw new IllegalStateException(
                    "cannot listen on %s, ports %d and %d: %s"
                            .formatted(
                                    config.host(),
                                    config.port(),
                                    config.managementPort(),
                                    Objects.requireNonNullElse(e.getCause(), e).getMessage()),
                    e);
        }
    }

    /**
     * Makes the topics if they are missing, and serves.
     *
     * @throws dev.millrace.protocol.kafka.KafkaUnfit if the cluster cannot keep our promises
     * @throws IllegalStateException if a port is taken
     */
    public static Gateway start(GatewayConfig config) {
        try (var provisioner = new Provisioner(config.kafka())) {
            provisioner.shared(config.eventPartitions());
        }
        var gateway = new Gateway(config);
        LOG.atInfo()
                .addKeyValue("gateway", config.id())
                .addKeyValue("host", config.host())
                .addKeyValue("port", gateway.port)
                .addKeyValue("management", gateway.managementPort)
                .log("serving");
        return gateway;
    }

    private static PrometheusMeterRegistry meters() {
        var meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new JvmMemoryMetrics().bindTo(meters);
        new JvmThreadMetrics().bindTo(meters);
        new ProcessorMetrics().bindTo(meters);
        new UptimeMetrics().bindTo(meters);
        return meters;
    }

    private static Vertx vertx(GatewayConfig config) {
        return Vertx.vertx(
                new VertxOptions()
                        .setEventLoopPoolSize(config.eventLoops())
                        .setWorkerPoolSize(WAITING_THREADS)
                        .setFileSystemOptions(
                                new FileSystemOptions()
                                        .setFileCachingEnabled(false)
                                        .setClassPathResolvingEnabled(false)));
    }

    private static LogSide.Settings log(GatewayConfig config) {
        return new LogSide.Settings(
                config.kafka(), config.id(), config.homePartitions(), config.maxOpenJobs());
    }

    public int port() {
        return port;
    }

    public int managementPort() {
        return managementPort;
    }

    /** Whether requests can be served. */
    public boolean isReady() {
        return log.isReady();
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(START.toSeconds(), TimeUnit.SECONDS)
                .join();
    }

    /** Takes no more requests; answers in progress are cut off, and their clients resume. */
    @Override
    public void close() {
        await(http.stop());
        log.close();
        await(vertx.close());
    }
}
