package dev.millrace.app;

import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.train.scenes.clip.SceneClipTraining;
import dev.millrace.workers.train.scenes.clip.SceneClipTraining.Part;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;

/** Trains the two networks of the segmentation model that learn from captions. */
@Command(
        name = "scene-clip",
        description = {
            "Trains a CLIP of the segmentation model on scenes and captions that it makes up: first"
                    + " --part clip, then --part trunk.",
            "Saves a checkpoint every few minutes; --resume goes on from it exactly."
        },
        mixinStandardHelpOptions = true)
final class SceneClipCommand implements Callable<Integer> {
    @Option(
            names = "--part",
            defaultValue = "CLIP",
            description =
                    "CLIP, which tells classes, or TRUNK, which shows boundaries (default:"
                            + " ${DEFAULT-VALUE}).")
    Part part = Part.CLIP;

    @Option(
            names = "--out",
            defaultValue = "scenes",
            description =
                    "The model directory; the part has its own below it (default:"
                            + " ${DEFAULT-VALUE}).")
    Path out = Path.of("scenes");

    @Option(
            names = "--steps",
            description = "Of the whole run (default: 700 for the CLIP, 500 for the trunk).")
    @Nullable Long steps;

    @Option(
            names = "--batch",
            description = "Pictures of a step (default: 128 for the CLIP, 64 for the trunk).")
    @Nullable Integer batch;

    @Option(
            names = "--pool",
            defaultValue = "6000",
            description = "Scenes to learn from (default: ${DEFAULT-VALUE}).")
    int pool;

    @Option(
            names = "--rate",
            defaultValue = "0.002",
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
            names = "--type",
            defaultValue = "BF16",
            description = "What products are computed in: F32 or BF16 (default: ${DEFAULT-VALUE}).")
    ElementType type = ElementType.BF16;

    @Option(
            names = "--threads",
            defaultValue = "1",
            description = "Of the tensor library on the CPU (default: ${DEFAULT-VALUE}).")
    int threads;

    @Option(
            names = "--save-every",
            defaultValue = "180",
            description = "Seconds between checkpoints (default: ${DEFAULT-VALUE}).")
    long saveEvery;

    @Override
    public Integer call() {
        boolean isClip = part == Part.CLIP;
        var options =
                new SceneClipTraining.Options(
                        out,
                        part,
                        steps != null ? steps : isClip ? 700 : 500,
                        batch != null ? batch : isClip ? 128 : 64,
                        pool,
                        rate,
                        seed,
                        resume,
                        type,
                        threads,
                        Duration.ofSeconds(saveEvery));
        double loss = new SceneClipTraining(options).run();
        Results.say("loss", loss);
        return 0;
    }
}
