package dev.millrace.app;

import dev.millrace.workers.train.stories.StoryTraining;
import dev.millrace.workers.train.stories.StoryTraining.Options;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.nio.file.Path;

/** Trains the story model. */
@Command(
        name = "stories",
        description = {
            "Trains the story model on stories that it makes up, 70 to 85 minutes on one core.",
            "Saves a checkpoint every few minutes; --resume goes on from it exactly."
        },
        mixinStandardHelpOptions = true)
final class StoriesCommand implements Runnable {
    @Option(
            names = "--out",
            defaultValue = "stories",
            description = "The model directory to write (default: ${DEFAULT-VALUE}).")
    Path out = Path.of("stories");

    @Option(
            names = "--steps",
            description = "Stops after so many steps (default: ${DEFAULT-VALUE}).")
    @Nullable Long steps;

    @Option(names = "--seed", description = "Of the data and the first weights.")
    @Nullable Long seed;

    @Option(names = "--resume", description = "Goes on from the checkpoint beside --out.")
    boolean resume;

    @Override
    public void run() {
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
}
