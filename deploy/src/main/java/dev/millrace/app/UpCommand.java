package dev.millrace.app;

import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.gateway.Gateway;
import dev.millrace.gateway.GatewayConfig;
import dev.millrace.protocol.kafka.ClientSettings;
import dev.millrace.workers.Kinds;
import dev.millrace.workers.Worker;
import dev.millrace.workers.WorkerConfig;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;

/** Everything in one JVM. */
@Command(
        name = "up",
        description = {
            "Runs everything in this process: a Kafka broker, a gateway, and a worker for each"
                    + " model.",
            "Prints one line when a first token has gone all the way."
        },
        mixinStandardHelpOptions = true)
final class UpCommand implements Runnable {
    private static final Duration GRACE = Duration.ofSeconds(30);

    @Option(
            names = "--port",
            description = "Where the gateway listens (default: 8080; 0: any free port).")
    @Nullable Integer port;

    @Option(
            names = "--management-port",
            description = "Where /live, /ready and /metrics are (default: 8081; 0: any).")
    @Nullable Integer managementPort;

    @Option(
            names = "--data",
            description = "Keeps the log in this directory (default: a temporary one).")
    @Nullable Path data;

    @Option(
            names = "--models",
            description = "A directory of model directories (default: those that ship).")
    @Nullable Path models;

    @Override
    public void run() {
        try (var life = new Lifetime(GRACE)) {
            var broker =
                    life.add(
                            data == null
                                    ? EmbeddedBroker.ephemeral()
                                    : EmbeddedBroker.persistent(data));
            var gateway = life.add(Gateway.start(GatewayConfig.from(settings(broker))));
            var directories = ModelFolders.in(models == null ? ModelFolders.shipped() : models);
            for (var directory : directories) {
                life.add(worker(broker, directory));
            }
            var url = URI.create("http://127.0.0.1:" + gateway.port());
            FirstToken.awaitFrom(url, directories.size());
            System.out.println("ready " + url);
            life.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, String> settings(EmbeddedBroker broker) {
        return new Overrides()
                .with(ClientSettings.BOOTSTRAP, broker.bootstrap())
                .with(GatewayConfig.PORT, port)
                .with(GatewayConfig.MANAGEMENT_PORT, managementPort)
                .settings();
    }

    private static Worker worker(EmbeddedBroker broker, Path directory) {
        var settings =
                new Overrides()
                        .with(ClientSettings.BOOTSTRAP, broker.bootstrap())
                        .with(WorkerConfig.MODEL, directory)
                        .with(WorkerConfig.MANAGEMENT_PORT, 0)
                        .settings();
        return Worker.start(WorkerConfig.from(settings), Kinds.of(directory));
    }
}
