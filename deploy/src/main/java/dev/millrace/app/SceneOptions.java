package dev.millrace.app;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.train.RunLength;
import dev.millrace.workers.train.scenes.sam.LessonPlan;
import dev.millrace.workers.train.scenes.sam.SamTraining;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;

/** How the networks that find things in scenes are trained. */
final class SceneOptions {
    /** One of the networks; its folder is called so too. */
    enum Part {
        SAM
    }

    @Option(
            names = "--part",
            required = true,
            description = "Which network: sam, which draws masks.")
    Part part = Part.SAM;

    @Option(
            names = "--out",
            defaultValue = "scenes",
            description =
                    "The directory in which the network's own is written (default:"
                            + " ${DEFAULT-VALUE}).")
    Path out = Path.of("scenes");

    @Option(
            names = "--steps",
            description = {
                "Of the whole run (default: as the network that ships).",
                "The rate is constant in the first part and then falls to zero, so a run that is"
                        + " in its first part may be resumed with another number."
            })
    @Nullable Long steps;

    @Option(
            names = "--minutes",
            description = {
                "As many steps as fit into so many minutes, instead of --steps; their number is"
                        + " estimated until the rate begins to fall."
            })
    @Nullable Double minutes;

    @Option(
            names = "--device",
            defaultValue = "cpu",
            description = "auto, cpu, gpu or gpuN (default: ${DEFAULT-VALUE}).")
    String device = "cpu";

    @Option(
            names = "--type",
            defaultValue = "F32",
            description = "What products are computed in, F32 or BF16 (default: ${DEFAULT-VALUE}).")
    ElementType type = ElementType.F32;

    @Option(
            names = "--save-every",
            defaultValue = "180",
            description = "Seconds between checkpoints (default: ${DEFAULT-VALUE}).")
    long saveEvery;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Of the data and the first weights (default: ${DEFAULT-VALUE}).")
    long seed;

    @Option(names = "--resume", description = "Goes on from the checkpoint in --out.")
    boolean resume;

    @Option(
            names = "--threads",
            defaultValue = "1",
            description = "Of the tensor library on the CPU (default: ${DEFAULT-VALUE}).")
    int threads;

    /** Trains the network; figures of what came of it. */
    Map<String, Double> train() {
        return switch (part) {
            case SAM -> new SamTraining(sam()).run().figures();
        };
    }

    private Path folder() {
        return out.resolve(part.name().toLowerCase(Locale.ROOT));
    }

    private RunLength length(long usual) {
        return minutes == null
                ? new RunLength.Steps(steps != null ? steps : usual)
                : new RunLength.Within(Duration.ofMillis(Math.round(minutes * 60_000)));
    }

    private SamTraining.Options sam() {
        return new SamTraining.Options(
                folder(),
                length(SamTraining.Options.SHIPPED_STEPS),
                LessonPlan.SHIPPED,
                SamTraining.Options.SHIPPED_SCENES,
                SamTraining.Options.SHIPPED_RATE,
                1,
                seed,
                type,
                resume,
                threads,
                Devices.named(device),
                Duration.ofSeconds(saveEvery),
                SamTraining.Options.SHIPPED_HELD_OUT);
    }
}
