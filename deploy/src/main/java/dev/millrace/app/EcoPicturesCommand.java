package dev.millrace.app;

import dev.millrace.workers.train.pyramid.PyramidExperiment;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.nio.file.Path;

/** EcoFormer's own experiment in miniature. */
@Command(
        name = "eco-pictures",
        description = {
            "Trains a small classifier of generated pictures with softmax attention, converts it to"
                    + " EcoFormer's, teaches it further, and prints accuracy and energy beside"
                    + " softmax and pooled attention with as many steps.",
            "Goes on with the seed at which it was stopped; ends in lines RESULT name=number."
        },
        mixinStandardHelpOptions = true)
final class EcoPicturesCommand implements Runnable {
    @Option(
            names = "--findings",
            defaultValue = "eco-pictures.jsonl",
            description = "What has been measured; more is added (default: ${DEFAULT-VALUE}).")
    Path findings = Path.of("eco-pictures.jsonl");

    @Option(
            names = "--seeds",
            defaultValue = "3",
            description = "How often (default: ${DEFAULT-VALUE}).")
    int seeds;

    @Option(
            names = "--small-side",
            defaultValue = "96",
            description = "Of the pictures to begin with, in pixels (default: ${DEFAULT-VALUE}).")
    int smallSide;

    @Option(
            names = "--side",
            defaultValue = "224",
            description = "Of the pictures that count, in pixels (default: ${DEFAULT-VALUE}).")
    int side;

    @Option(
            names = "--small-steps",
            defaultValue = "1500",
            description = "With small pictures, before the conversion (default: ${DEFAULT-VALUE}).")
    long smallSteps;

    @Option(
            names = "--further-small-steps",
            defaultValue = "1000",
            description =
                    "After it, of every arm, with small pictures (default: ${DEFAULT-VALUE}).")
    long furtherSmallSteps;

    @Option(
            names = "--further-steps",
            defaultValue = "250",
            description = "After these, of every arm, with large ones (default: ${DEFAULT-VALUE}).")
    long furtherSteps;

    @Option(
            names = "--batch",
            defaultValue = "8",
            description = "Pictures of a step (default: ${DEFAULT-VALUE}).")
    int batch;

    @Option(
            names = "--pictures",
            defaultValue = "1000",
            description = "To measure with (default: ${DEFAULT-VALUE}).")
    int pictures;

    @Option(
            names = "--noise",
            defaultValue = "0.4",
            description =
                    "Over the pictures, so that there is something to tell apart (default:"
                            + " ${DEFAULT-VALUE}).")
    double noise;

    @Override
    public void run() {
        var options =
                new PyramidExperiment.Options(
                        findings,
                        seeds,
                        smallSide,
                        side,
                        smallSteps,
                        furtherSmallSteps,
                        furtherSteps,
                        batch,
                        pictures,
                        noise);
        new PyramidExperiment(options, System.out, Results::say).run();
    }
}
