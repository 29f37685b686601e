package dev.millrace.app;

import dev.millrace.gateway.Gateway;
import dev.millrace.gateway.GatewayConfig;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.time.Duration;

/** A gateway against a cluster. */
@Command(
        name = "gateway",
        description = {
            "Runs a gateway against a Kafka cluster.",
            "Every setting can also be given by the environment (MILLRACE_...); options win."
        },
        mixinStandardHelpOptions = true)
final class GatewayCommand implements Runnable {
    private static final Duration GRACE = Duration.ofSeconds(15);

    @Mixin private KafkaOption kafka = new KafkaOption();

    @Option(names = "--host", description = "The address to listen on (MILLRACE_HOST).")
    @Nullable String host;

    @Option(names = "--port", description = "Where to listen (MILLRACE_PORT; 0: any free port).")
    @Nullable Integer port;

    @Option(
            names = "--management-port",
            description = "Where /live, /ready and /metrics are (MILLRACE_MANAGEMENT_PORT).")
    @Nullable Integer managementPort;

    @Override
    public void run() {
        var settings =
                kafka.overrides()
                        .with(GatewayConfig.HOST, host)
                        .with(GatewayConfig.PORT, port)
                        .with(GatewayConfig.MANAGEMENT_PORT, managementPort)
                        .settings();
        try (var life = new Lifetime(GRACE)) {
            var gateway = life.add(Gateway.start(GatewayConfig.from(settings)));
            System.out.println("ready http://127.0.0.1:" + gateway.port());
            life.await();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
