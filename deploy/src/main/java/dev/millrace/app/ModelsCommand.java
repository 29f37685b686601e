package dev.millrace.app;

import dev.millrace.protocol.Attention;
import dev.millrace.workers.Kinds;
import dev.millrace.workers.run.EngineSettings;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Collectors;

/** What is served, and what could be. */
@Command(name = "models", description = "Lists and checks models.", mixinStandardHelpOptions = true)
final class ModelsCommand {
    @Command(description = "Lists what a gateway's workers serve.", mixinStandardHelpOptions = true)
    void list(@Mixin GatewayOption gateway) throws IOException, InterruptedException {
        try (var client = gateway.connect()) {
            for (var model : client.get("/v1/models").path("data")) {
                System.out.println(model.path("id").asText());
            }
        }
    }

    @Command(
            description = {
                "Loads a model directory as a worker would, and computes a little with it.",
                "Says what it serves, or in one line what is wrong with which file."
            },
            mixinStandardHelpOptions = true)
    void check(@Parameters(paramLabel = "DIR") Path directory) {
        var kind = Kinds.of(directory);
        var model = kind.served(directory);
        kind.open(directory, new EngineSettings(1, false, Duration.ZERO)).close();
        System.out.printf(
                "ok: %s, kind %s, context %d tokens, attention %s, called %s%n",
                model.model(),
                model.kind(),
                model.contextTokens(),
                model.attentions().stream()
                        .map(Attention::word)
                        .collect(Collectors.joining(" or ")),
                String.join(", ", model.names()));
    }
}
