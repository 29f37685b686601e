package dev.millrace.app;

import dev.millrace.workers.train.scenes.clip.BoundaryChecks;
import dev.millrace.workers.train.scenes.clip.ClipChecks;
import dev.millrace.workers.train.scenes.clip.SceneClipTraining.Part;
import dev.millrace.workers.train.scenes.clip.SceneManifest;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;

/** Measures the two networks of the segmentation model that learn from captions. */
@Command(
        name = "evaluate-scene-clip",
        description = {
            "Measures on scenes that were not learned from. --part clip: classes of crops and"
                    + " scenes, where maps point; writes into millrace.json when a class is there.",
            "--part trunk: in which stage and in how many clusters boundaries are seen, beside"
                    + " colours and random features."
        },
        mixinStandardHelpOptions = true)
final class SceneClipChecksCommand implements Callable<Integer> {
    private static final int DEPTH = 3;

    /** Twice as large as what was learned from: finer maps, as published. */
    private static final int SIDE = 192;

    @Parameters(paramLabel = "DIR", description = "The model directory.")
    Path model = Path.of(".");

    @Option(
            names = "--part",
            defaultValue = "CLIP",
            description = "CLIP or TRUNK (default: ${DEFAULT-VALUE}).")
    Part part = Part.CLIP;

    @Option(
            names = "--scenes",
            defaultValue = "200",
            description = "How many (default: ${DEFAULT-VALUE}).")
    int scenes;

    @Option(
            names = "--clusters",
            split = ",",
            defaultValue = "8,12,16,20,24",
            description = "Numbers of clusters (default: ${DEFAULT-VALUE}).")
    List<Integer> clusters = List.of();

    @Option(
            names = "--surgery-depth",
            defaultValue = "" + DEPTH,
            description = "Layers of the CLIP that are operated (default: ${DEFAULT-VALUE}).")
    int depth;

    @Option(
            names = "--side",
            defaultValue = "" + SIDE,
            description = "Of pictures for the CLIP, in pixels (default: ${DEFAULT-VALUE}).")
    int side;

    @Option(names = "--dry", description = "Leaves millrace.json alone.")
    boolean isDry;

    @Option(
            names = "--threads",
            defaultValue = "1",
            description = "Of the tensor library (default: ${DEFAULT-VALUE}).")
    int threads;

    @Override
    public Integer call() {
        var folder = model.resolve(part.word());
        switch (part) {
            case CLIP -> measureClip(folder);
            case TRUNK -> measureTrunk(folder);
        }
        return 0;
    }

    private void measureClip(Path folder) {
        try (var checks = new ClipChecks(folder, side, depth, threads)) {
            var presence = checks.measure(scenes, Results::say);
            Results.say("presence_scale", presence.scale());
            Results.say("presence_middle", presence.middle());
            Results.say("presence_parts", presence.parts());
            Results.say("presence_least", presence.least());
            if (!isDry) {
                SceneManifest.write(model, side, presence);
            }
        }
    }

    private void measureTrunk(Path folder) {
        try (var checks = new BoundaryChecks(folder, SIDE, threads)) {
            System.out.println(
                    "features grid clusters     f1 precision recall between  all_f1 all_precision"
                            + "  boxes coarse published");
            checks.measure(scenes, clusters, SceneClipChecksCommand::print);
        }
    }

    private static void print(BoundaryChecks.Line line) {
        System.out.printf(
                Locale.ROOT,
                "%-8s %4d %8d %6.3f %9.3f %6.3f %7.3f %7.3f %13.3f %6.3f %6.3f %9.3f%n",
                line.features(),
                line.grid(),
                line.clusters(),
                line.contours().f1(),
                line.contours().precision(),
                line.contours().recall(),
                line.contours().recallBetween(),
                line.everything().f1(),
                line.everything().precision(),
                line.boxes(),
                line.coarseBoxes(),
                line.publishedBoxes());
    }
}
