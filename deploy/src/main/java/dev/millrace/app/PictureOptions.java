package dev.millrace.app;

import dev.millrace.workers.train.pictures.PictureTraining;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.time.Duration;

/** How the picture model is trained. */
final class PictureOptions {
    private static final Duration CHECKPOINT_EVERY = Duration.ofMinutes(5);

    @Option(
            names = "--out",
            defaultValue = "pictures",
            description = "The model directory to write (default: ${DEFAULT-VALUE}).")
    Path out = Path.of("pictures");

    @Option(
            names = "--steps",
            defaultValue = "" + PictureTraining.Options.SHIPPED_STEPS,
            description = {
                "Of the whole run (default: ${DEFAULT-VALUE}); the rate is constant in the first"
                        + " half and then falls to zero, so a run that is in its first half may be"
                        + " resumed with another number."
            })
    long steps;

    @Option(
            names = "--batch",
            defaultValue = "" + PictureTraining.Options.SHIPPED_BATCH,
            description = "Pictures of a step (default: ${DEFAULT-VALUE}).")
    int batch;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Of the data and the first weights (default: ${DEFAULT-VALUE}).")
    long seed;

    @Option(names = "--resume", description = "Goes on from the checkpoint beside --out.")
    boolean resume;

    @Option(
            names = "--threads",
            defaultValue = "1",
            description = "Of the tensor library (default: ${DEFAULT-VALUE}).")
    int threads;

    PictureTraining.Options options() {
        return new PictureTraining.Options(
                out, steps, batch, seed, resume, threads, CHECKPOINT_EVERY);
    }
}
