package dev.millrace.app;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.train.pictures.PictureEvaluation;
import dev.millrace.workers.train.pictures.PictureSheet;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;

/** Measures a picture model. */
@Command(
        name = "evaluate-pictures",
        description = {
            "Measures a picture model: how many of its pictures a classifier takes for what"
                    + " they should show, and Frechet's distance of its pictures from drawn"
                    + " ones in that classifier's features."
        },
        mixinStandardHelpOptions = true)
final class PictureChecksCommand implements Callable<Integer> {
    /** Pictures of each guidance weight on a sheet. */
    private static final int SHOWN = 32;

    @Parameters(paramLabel = "DIR", description = "The model directory.")
    Path model = Path.of(".");

    @Option(
            names = "--pictures",
            defaultValue = "256",
            description = "How many to make (default: ${DEFAULT-VALUE}).")
    int pictures;

    @Option(
            names = "--guidance",
            defaultValue = "0",
            split = ",",
            description = "Weights, annealed (default: ${DEFAULT-VALUE}).")
    List<Double> guidance = List.of();

    @Option(
            names = "--temperature",
            defaultValue = "1",
            description = "What the noise is multiplied by (default: ${DEFAULT-VALUE}).")
    double temperature;

    @Option(
            names = "--classifier-steps",
            defaultValue = "" + PictureEvaluation.Options.USUAL_CLASSIFIER_STEPS,
            description = "How long the classifier learns (default: ${DEFAULT-VALUE}).")
    long classifierSteps;

    @Option(
            names = "--device",
            defaultValue = "auto",
            description = "auto, cpu, gpu or gpuN (default: ${DEFAULT-VALUE}).")
    String device = "auto";

    @Option(
            names = "--sheet",
            description =
                    "A PNG file to write: some of the pictures, a column for each" + " class.")
    @Nullable Path sheet;

    @Override
    public Integer call() throws IOException {
        var options =
                new PictureEvaluation.Options(
                        pictures, guidance, temperature, classifierSteps, Devices.named(device));
        List<float[]> shown = new ArrayList<>();
        Results.say("pictures", pictures);
        PictureEvaluation.of(
                model,
                options,
                report -> {
                    say(report);
                    shown.addAll(report.made().subList(0, Math.min(SHOWN, pictures)));
                });
        if (sheet != null) {
            PictureSheet.byClass().write(sheet, shown);
        }
        return 0;
    }

    private static void say(PictureEvaluation.Report report) {
        Results.say("guidance", report.guidance());
        Results.say("recognised", report.recognised());
        Results.say("drawn_recognised", report.drawnRecognised());
        Results.say("frechet_distance", report.distance());
        Results.say("drawn_frechet_distance", report.drawnDistance());
    }
}
