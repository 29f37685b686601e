package dev.millrace.app;

import dev.millrace.protocol.Attention;
import dev.millrace.protocol.Served;
import dev.millrace.workers.Kinds;
import dev.millrace.workers.run.EngineSettings;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
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

    @Command(
            name = "import-tarflow",
            description = {
                "Makes a model directory of a TarFlow checkpoint that PyTorch has saved (.pth).",
                "Nothing that is in the file is run; anything but a state dict of tensors is"
                        + " refused."
            },
            mixinStandardHelpOptions = true)
    void importTarFlow(
            @Parameters(paramLabel = "FILE.pth") Path file, @Mixin TarFlowOptions options)
            throws IOException {
        var folder = options.folder(file);
        var config = options.importing(file).run(file, folder, options.id(folder));
        System.out.printf(
                "wrote %s: %d blocks of %d layers, %d classes, %dx%d pixels, noise %s%n",
                folder,
                config.blocks(),
                config.layers(),
                config.classes(),
                config.patches().side(),
                config.patches().side(),
                config.noise());
    }

    @Command(
            description = {
                "Measures how a picture model is sampled best on this device, and writes it beside"
                        + " the model,",
                "as strategy.cpu.json or strategy.gpu.json: workers use it from then on."
            },
            mixinStandardHelpOptions = true)
    void calibrate(
            @Parameters(paramLabel = "DIR") Path directory,
            @Option(
                            names = "--device",
                            defaultValue = EngineSettings.AUTO,
                            description = "auto, cpu, gpu or gpuN (${DEFAULT-VALUE}).")
                    String device,
            @Option(
                            names = "--pictures",
                            defaultValue = "2",
                            description = "How many are made each time (${DEFAULT-VALUE}).")
                    int pictures)
            throws IOException {
        Calibrating.of(directory, device, pictures).lines().forEach(System.out::println);
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
            case Served.SegmentModel segment ->
                    "pictures of up to %d pixels, %d classes by default"
                            .formatted(segment.maxPixels(), segment.classes().size());
        };
    }
}
