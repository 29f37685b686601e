package dev.millrace.app.bench;

import dev.millrace.app.FirstToken;
import dev.millrace.broker.EmbeddedBroker;
import dev.millrace.gateway.Gateway;
import dev.millrace.gateway.GatewayConfig;
import dev.millrace.protocol.kafka.ClientSettings;
import dev.millrace.workers.Worker;
import dev.millrace.workers.WorkerConfig;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;

/**
 * What is measured: broker, gateway and worker in one process, with a source that emits tokens
 * without a model. Each text is the time of its emit. Arguments: time per step in milliseconds (0:
 * as fast as the clients are given them), slots. Commands on standard input: {@code heap} collects
 * and prints {@code heap=BYTES}, {@code stop}.
 */
public final class BenchServer {
    private BenchServer() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        var settings = new HashMap<>(System.getenv());
        settings.put(WorkerConfig.PACE, arguments[0] + "ms");
        settings.put(WorkerConfig.SLOTS, arguments[1]);
        settings.put(WorkerConfig.MANAGEMENT_PORT, "0");
        settings.put(GatewayConfig.PORT, "0");
        settings.put(WorkerConfig.MODEL, ".");
        try (var broker = EmbeddedBroker.ephemeral()) {
            settings.put(ClientSettings.BOOTSTRAP, broker.bootstrap());
            try (var gateway = Gateway.start(GatewayConfig.from(settings));
                    var leash = new Leash(metrics(gateway));
                    var _ =
                            Worker.start(
                                    WorkerConfig.from(settings), source(arguments[0], leash))) {
                var url = URI.create("http://127.0.0.1:" + gateway.port());
                FirstToken.awaitFrom(url, 1);
                System.out.println("ready " + url + " " + broker.bootstrap());
                obey();
            }
        }
        System.exit(0);
    }

    private static URI metrics(Gateway gateway) {
        return URI.create("http://127.0.0.1:" + gateway.managementPort() + "/metrics");
    }

    private static StampedSource source(String pace, Leash leash) {
        return new StampedSource(pace.equals("0") ? leash::take : () -> {});
    }

    private static void obey() throws IOException {
        var commands = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        for (var line = commands.readLine();
                line != null && !line.equals("stop");
                line = commands.readLine()) {
            if (line.equals("heap")) {
                System.gc();
                var runtime = Runtime.getRuntime();
                System.out.println("heap=" + (runtime.totalMemory() - runtime.freeMemory()));
            }
        }
    }
}
