package dev.millrace.app;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.train.chronicle.ChronicleTraining;
import dev.millrace.workers.train.chronicle.ChronicleTraining.Architecture;
import dev.millrace.workers.train.stories.StoryEvaluation;
import dev.millrace.workers.train.stories.StoryTraining;
import dev.millrace.workers.train.stories.StoryTraining.Options;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;

/** Reproduces the models that ship. */
@Command(
        name = "train",
        description = "Reproduces the models that ship, and measures them.",
        mixinStandardHelpOptions = true)
final class TrainCommand {
    @Command(
            description = {
                "Trains the story model on stories that it makes up, 75 to 85 minutes on one core.",
                "Saves a checkpoint every few minutes; --resume goes on from it exactly."
            },
            mixinStandardHelpOptions = true)
    void stories(
            @Option(
                            names = "--out",
                            defaultValue = "stories",
                            description =
                                    "The model directory to write (default: ${DEFAULT-VALUE}).")
                    Path out,
            @Option(
                            names = "--steps",
                            description = "Stops after so many steps (default: ${DEFAULT-VALUE}).")
                    @Nullable Long steps,
            @Option(names = "--seed", description = "Of the data and the first weights.")
                    @Nullable Long seed,
            @Option(names = "--resume", description = "Goes on from the checkpoint beside --out.")
                    boolean resume) {
        var shipped = Options.shipped(out);
        var result =
                new StoryTraining(
                                new Options(
                                        out,
                                        steps == null ? shipped.steps() : steps,
                                        seed == null ? shipped.seed() : seed,
                                        resume,
                                        shipped.threads(),
                                        shipped.checkpointEvery()))
                        .run();
        System.out.println(result);
    }

    @Command(
            name = "evaluate-stories",
            description =
                    "Measures a story model: held-out loss, grammar, and whether its stories hold"
                            + " together.",
            mixinStandardHelpOptions = true)
    void evaluateStories(
            @Parameters(paramLabel = "DIR", description = "The model directory.") Path model,
            @Option(
                            names = "--stories",
                            defaultValue = "1000",
                            description = "How many to sample (default: ${DEFAULT-VALUE}).")
                    int stories) {
        var report = new StoryEvaluation().evaluate(model, stories);
        result("held_out_loss_nats", report.loss());
        result("grammar_entropy_nats", report.entropy());
        result("gap_nats", report.gap());
        result("stories", report.stories());
        result("sentences_known", report.known());
        result("stories_consistent", report.consistent());
    }

    @Command(
            description = {
                "Trains the chronicle model, which answers questions about long texts.",
                "Saves a checkpoint every few minutes; --resume goes on from it."
            },
            mixinStandardHelpOptions = true)
    void chronicle(
            @Option(
                            names = "--out",
                            defaultValue = "chronicle",
                            description =
                                    "The model directory to write (default: ${DEFAULT-VALUE}).")
                    Path out,
            @Option(
                            names = "--steps",
                            defaultValue = "12000",
                            description = "Stops after so many steps (default: ${DEFAULT-VALUE}).")
                    long steps,
            @Option(
                            names = "--seed",
                            defaultValue = "1",
                            description = "Of the data and the first weights.")
                    long seed,
            @Option(names = "--resume", description = "Goes on from the checkpoint beside --out.")
                    boolean resume,
            @Mixin ChronicleOptions how) {
        var options =
                new ChronicleTraining.Options(
                        out,
                        steps,
                        seed,
                        how.tokens,
                        how.rate,
                        resume,
                        how.threads,
                        Devices.named(how.device),
                        Duration.ofMinutes(3));
        var architecture = new Architecture(how.layers, how.rotary, how.theta);
        System.out.println(new ChronicleTraining(options, architecture).run());
    }

    private static void result(String name, double value) {
        System.out.printf(Locale.ROOT, "RESULT %s=%.4f%n", name, value);
    }
}
