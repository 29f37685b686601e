package dev.millrace.app;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

import java.io.IOException;

/** What is served. */
@Command(name = "models", description = "Lists models.", mixinStandardHelpOptions = true)
final class ModelsCommand {
    @Command(description = "Lists what a gateway's workers serve.", mixinStandardHelpOptions = true)
    void list(@Mixin GatewayOption gateway) throws IOException, InterruptedException {
        try (var client = gateway.connect()) {
            for (var model : client.get("/v1/models").path("data")) {
                System.out.println(model.path("id").asText());
            }
        }
    }
}
