package dev.millrace.app;

import dev.millrace.app.GatewayClient.SseEvent;
import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.kafka.ClientSettings;
import dev.millrace.protocol.settings.Settings;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.io.PrintStream;
import java.util.List;

/** Submits, watches and cancels jobs through a gateway; replays dead ones from the log. */
@Command(
        name = "jobs",
        description = "Submits, watches, cancels and replays jobs.",
        mixinStandardHelpOptions = true)
final class JobsCommand {
    private static final PrintStream OUT = System.out;

    @Command(
            description = "Submits a prompt and prints the answer as it comes.",
            mixinStandardHelpOptions = true)
    int submit(
            @Mixin GatewayOption gateway,
            @Parameters(paramLabel = "PROMPT", description = "The text to continue.") String prompt,
            @Option(
                            names = "--model",
                            defaultValue = "stories",
                            description = "Default: ${DEFAULT-VALUE}.")
                    String model,
            @Option(
                            names = "--max-tokens",
                            defaultValue = "400",
                            description = "Default: ${DEFAULT-VALUE}.")
                    int maxTokens,
            @Option(names = "--seed", description = "Makes the answer repeatable.") Long seed,
            @Option(
                            names = "--attention",
                            defaultValue = "auto",
                            description =
                                    "softmax, chunk, eco or the model's own (${DEFAULT-VALUE}).")
                    String attention,
            @Option(names = "--detach", description = "Prints the job's id and leaves.")
                    boolean detach)
            throws IOException, InterruptedException {
        var body = GatewayClient.JSON.createObjectNode().put("model", model);
        body.putObject("input").put("prompt", prompt);
        var parameters = body.putObject("parameters").put("max_tokens", maxTokens);
        parameters.put("attention", attention);
        if (seed != null) {
            parameters.put("seed", seed);
        }
        try (var client = gateway.connect()) {
            var id = client.post("/v1/jobs", body).get("id").asText();
            if (detach) {
                OUT.println(id);
                return CommandLine.ExitCode.OK;
            }
            OUT.print(prompt);
            return print(client, id);
        }
    }

    @Command(description = "Shows how a job stands.", mixinStandardHelpOptions = true)
    void show(@Mixin GatewayOption gateway, @Parameters(paramLabel = "ID") String id)
            throws IOException, InterruptedException {
        try (var client = gateway.connect()) {
            OUT.println(client.get("/v1/jobs/" + id).toPrettyString());
        }
    }

    @Command(
            description = "Prints a job's answer from its beginning, as it comes.",
            mixinStandardHelpOptions = true)
    int watch(@Mixin GatewayOption gateway, @Parameters(paramLabel = "ID") String id)
            throws IOException, InterruptedException {
        try (var client = gateway.connect()) {
            return print(client, id);
        }
    }

    @Command(description = "Cancels a job and says how it ended.", mixinStandardHelpOptions = true)
    void cancel(@Mixin GatewayOption gateway, @Parameters(paramLabel = "ID") String id)
            throws IOException, InterruptedException {
        try (var client = gateway.connect()) {
            OUT.println(
                    client.post("/v1/jobs/" + id + "/cancel", GatewayClient.JSON.createObjectNode())
                            .toPrettyString());
        }
    }

    @Command(
            description = {
                "Runs dead jobs again: those that the broker gave up after every attempt failed.",
                "Prints the old id and the new job's, one line each. Replayed twice, they run"
                        + " twice."
            },
            mixinStandardHelpOptions = true)
    int replay(
            @Mixin KafkaOption kafka,
            @Option(names = "--dry-run", description = "Only lists what would be replayed.")
                    boolean dryRun,
            @Parameters(paramLabel = "MODEL") String model,
            @Parameters(
                            paramLabel = "ID",
                            index = "1..*",
                            arity = "0..*",
                            description = "Which of them (default: all).")
                    @Nullable List<String> ids)
            throws InterruptedException {
        var code = CommandLine.ExitCode.OK;
        var settings = new Settings(kafka.overrides().settings());
        try (var replay = new Replay(ClientSettings.from(settings))) {
            for (var letter : replay.letters(new ModelId(model))) {
                if (ids != null && !ids.contains(letter.job())) {
                    continue;
                }
                switch (letter) {
                    case Replay.Letter.Whole(var dead) ->
                            OUT.println(letter.job() + (dryRun ? "" : " " + replay.replay(dead)));
                    case Replay.Letter.Hollow(var job, var reason) -> {
                        System.err.println(job + " cannot be replayed: " + reason);
                        code = CommandLine.ExitCode.SOFTWARE;
                    }
                }
            }
        }
        return code;
    }

    /**
     * The answer goes to standard output, how it ended to standard error unless it simply
     * completed.
     */
    private static int print(GatewayClient client, String id)
            throws IOException, InterruptedException {
        var last = new SseEvent[1];
        client.follow(
                id,
                "",
                event -> {
                    last[0] = event;
                    if (event.type().equals("delta")) {
                        OUT.print(event.data().path("text").asText());
                        OUT.flush();
                    }
                    return true;
                });
        OUT.println();
        if (last[0] != null && last[0].type().equals("completed")) {
            return CommandLine.ExitCode.OK;
        }
        System.err.println(
                last[0] == null || !last[0].isTerminal()
                        ? "the connection ended before the stream; go on with: millrace jobs watch "
                                + id
                        : last[0].type() + " " + last[0].data().path("message").asText());
        return CommandLine.ExitCode.SOFTWARE;
    }
}
