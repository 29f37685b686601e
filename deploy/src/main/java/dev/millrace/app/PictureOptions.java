package dev.millrace.app;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.train.RunLength;
import dev.millrace.workers.train.pictures.PictureTraining;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.time.Duration;

/** How the picture model is trained. */
final class PictureOptions {
    @Option(
            names = "--out",
            defaultValue = "shapes",
            description = "The model directory to write (default: ${DEFAULT-VALUE}).")
    Path out = Path.of("shapes");

    @Option(
            names = "--steps",
            description =
                    "Of the whole run (default: "
                            + PictureTraining.Options.SHIPPED_STEPS
                            + " on a GPU, "
                            + PictureTraining.Options.CPU_STEPS
                            + " on the CPU); the rate is constant in the first half and then falls"
                            + " to zero, so a run that is in its first half may be resumed with"
                            + " another number.")
    @Nullable Long steps;

    @Option(
            names = "--minutes",
            description = {
                "As many steps as fit into so many minutes, instead of --steps; their number is"
                        + " estimated until the rate begins to fall."
            })
    @Nullable Double minutes;

    @Option(
            names = "--batch",
            description =
                    "Pictures of a step (default: "
                            + PictureTraining.Options.SHIPPED_BATCH
                            + " on a GPU, "
                            + PictureTraining.Options.CPU_BATCH
                            + " on the CPU).")
    @Nullable Integer batch;

    @Option(
            names = "--device",
            defaultValue = "auto",
            description = "auto, cpu, gpu or gpuN (default: ${DEFAULT-VALUE}).")
    String device = "auto";

    @Option(
            names = "--save-every",
            defaultValue = "300",
            description = "Seconds between checkpoints (default: ${DEFAULT-VALUE}).")
    long saveEvery;

    @Option(
            names = "--rate",
            defaultValue = "" + PictureTraining.Options.SHIPPED_RATE,
            description = "The highest learning rate (default: ${DEFAULT-VALUE}).")
    double rate;

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
            description = "Of the tensor library on the CPU (default: ${DEFAULT-VALUE}).")
    int threads;

    PictureTraining.Options options() {
        var where = Devices.named(device);
        return new PictureTraining.Options(
                out,
                length(where),
                batch != null ? batch : usualBatch(where),
                rate,
                seed,
                resume,
                threads,
                where,
                Duration.ofSeconds(saveEvery));
    }

    private RunLength length(Devices.Choice device) {
        return minutes == null
                ? new RunLength.Steps(steps != null ? steps : usualSteps(device))
                : new RunLength.Within(Duration.ofMillis(Math.round(minutes * 60_000)));
    }

    private static long usualSteps(Devices.Choice device) {
        return device.isCpu()
                ? PictureTraining.Options.CPU_STEPS
                : PictureTraining.Options.SHIPPED_STEPS;
    }

    private static int usualBatch(Devices.Choice device) {
        return device.isCpu()
                ? PictureTraining.Options.CPU_BATCH
                : PictureTraining.Options.SHIPPED_BATCH;
    }
}
