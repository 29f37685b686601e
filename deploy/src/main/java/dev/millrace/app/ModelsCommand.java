package dev.millrace.app;

import dev.millrace.protocol.Attention;
import dev.millrace.protocol.Served;
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
        var settings = new EngineSettings(1, false, Duration.ZERO);
        var model = kind.served(directory, settings);
        kind.open(directory, settings).close();
        System.out.printf(
                "ok: %s, kind %s, %s, called %s%n",
                model.model(), model.kind(), limits(model), String.join(", ", model.names()));
    }

    private static String limits(Served.Model model) {
        return switch (model) {
            case Served.TextModel text ->
                    "context %d tokens, attention %s"
                            .formatted(
                                    text.contextTokens(),
                                    text.attentions().stream()
                                            .map(Attention::word)
                                            .collect(Collectors.joining(" or ")));
            case Served.PictureModel pictures ->
                    "%dx%d pixels, %d classes"
                            .formatted(pictures.side(), pictures.side(), pictures.classes().size());
        };
    }
}
