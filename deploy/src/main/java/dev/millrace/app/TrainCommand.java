package dev.millrace.app;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.train.adapters.AdapterTraining;
import dev.millrace.workers.train.chronicle.ChronicleEvaluation;
import dev.millrace.workers.train.chronicle.ChronicleLessons;
import dev.millrace.workers.train.chronicle.ChronicleText;
import dev.millrace.workers.train.chronicle.ChronicleTraining;
import dev.millrace.workers.train.chronicle.ChronicleTraining.Architecture;
import dev.millrace.workers.train.chronicle.corpus.Form;
import dev.millrace.workers.train.pictures.PictureEvaluation;
import dev.millrace.workers.train.pictures.PictureSheet;
import dev.millrace.workers.train.pictures.PictureTraining;
import dev.millrace.workers.train.stories.StoryEvaluation;
import dev.millrace.workers.train.stories.StoryTraining;
import dev.millrace.workers.train.stories.StoryTraining.Options;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Reproduces the models that ship. */
@Command(
        name = "train",
        description = "Reproduces the models that ship, and measures them.",
        subcommands = {
            EcoCommand.class,
            EcoPicturesCommand.class,
            SceneTraining.class,
            SceneClipCommand.class,
            SceneClipChecksCommand.class
        },
        mixinStandardHelpOptions = true)
final class TrainCommand {
    private static final int CHRONICLES = 1000;

    /** Pictures of each guidance weight on a sheet. */
    private static final int SHOWN = 32;

    @Command(
            description = {
                "Trains the story model on stories that it makes up, 70 to 85 minutes on one core.",
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
            name = "chunk-adapters",
            description = {
                "Trains ChunkLLM's adapters for a decoder, which itself stays as it is, with the"
                        + " .txt files of a folder.",
                "Writes chunk-adapters.safetensors into the model's directory, and prints how well"
                        + " the adapters follow its attention and find the ends of sentences in"
                        + " texts they have not learned from."
            },
            mixinStandardHelpOptions = true)
    void chunkAdapters(
            @Option(names = "--corpus", required = true, description = "A folder of .txt files.")
                    Path corpus,
            @Mixin AdapterOptions how) {
        result(AdapterTraining.run(how.model, corpus, how.tokens, how.options()));
    }

    @Command(
            name = "chronicle-adapters",
            description = "The same for the chronicle model, with texts made like those it knows.",
            mixinStandardHelpOptions = true)
    void chronicleAdapters(@Mixin AdapterOptions how) {
        var texts = ChronicleLessons.texts(CHRONICLES, how.tokens);
        result(AdapterTraining.run(how.model, texts, how.options()));
    }

    @Command(
            name = "chronicle-text",
            description = {
                "Writes a long text for the chronicle model, and prints questions about it with"
                        + " their answers: a prompt is the text and one question."
            },
            mixinStandardHelpOptions = true)
    void chronicleText(
            @Option(names = "--out", required = true, description = "The file to write.") Path out,
            @Option(
                            names = "--tokens",
                            defaultValue = "100000",
                            description = "Of the text, about (default: ${DEFAULT-VALUE}).")
                    int tokens,
            @Option(
                            names = "--questions",
                            defaultValue = "4",
                            description = "About the text (default: ${DEFAULT-VALUE}).")
                    int questions,
            @Option(names = "--seed", defaultValue = "1", description = "Of the text.") long seed)
            throws IOException {
        var made = ChronicleText.of(seed, tokens, questions);
        Files.writeString(out, made.text());
        made.questions()
                .forEach(asked -> {
                    System.out.println(asked.question().strip());
                    System.out.println("    " + asked.answer());
                });
    }

    private static void result(AdapterTraining.Report report) {
        result("boundary_precision", report.boundaries().precision());
        result("boundary_recall", report.boundaries().recall());
        result("boundary_f1", report.boundaries().f1());
        report.recalls()
                .forEach((layer, recalls) ->
                        recalls.forEach((count, recall) ->
                                result("layer_" + layer + "_recall_at_" + count, recall)));
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
                            defaultValue = "" + ChronicleTraining.STEPS,
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

    @Command(
            description = {
                "Trains the picture model, a TarFlow, on pictures of simple shapes that it draws.",
                "Saves a checkpoint every few minutes; --resume goes on from it exactly."
            },
            mixinStandardHelpOptions = true)
    void pictures(@Mixin PictureOptions how) {
        System.out.println(new PictureTraining(how.options()).run());
    }

    @Command(
            name = "evaluate-pictures",
            description = {
                "Measures a picture model: how many of its pictures a classifier takes for what"
                        + " they should show, and Frechet's distance of its pictures from drawn"
                        + " ones in that classifier's features."
            },
            mixinStandardHelpOptions = true)
    void evaluatePictures(
            @Parameters(paramLabel = "DIR", description = "The model directory.") Path model,
            @Option(
                            names = "--pictures",
                            defaultValue = "256",
                            description = "How many to make (default: ${DEFAULT-VALUE}).")
                    int pictures,
            @Option(
                            names = "--guidance",
                            defaultValue = "0",
                            split = ",",
                            description = "Weights, annealed (default: ${DEFAULT-VALUE}).")
                    List<Double> guidance,
            @Option(
                            names = "--temperature",
                            defaultValue = "1",
                            description =
                                    "What the noise is multiplied by (default: ${DEFAULT-VALUE}).")
                    double temperature,
            @Option(
                            names = "--classifier-steps",
                            defaultValue = "" + PictureEvaluation.Options.USUAL_CLASSIFIER_STEPS,
                            description =
                                    "How long the classifier learns (default: ${DEFAULT-VALUE}).")
                    long classifierSteps,
            @Option(
                            names = "--device",
                            defaultValue = "auto",
                            description = "auto, cpu, gpu or gpuN (default: ${DEFAULT-VALUE}).")
                    String device,
            @Option(
                            names = "--sheet",
                            description =
                                    "A PNG file to write: some of the pictures, a column for each"
                                            + " class.")
                    @Nullable Path sheet)
            throws IOException {
        var options =
                new PictureEvaluation.Options(
                        pictures, guidance, temperature, classifierSteps, Devices.named(device));
        List<float[]> shown = new ArrayList<>();
        result("pictures", pictures);
        PictureEvaluation.of(
                model,
                options,
                report -> {
                    report(report);
                    shown.addAll(report.made().subList(0, Math.min(SHOWN, pictures)));
                });
        if (sheet != null) {
            PictureSheet.byClass().write(sheet, shown);
        }
    }

    private static void report(PictureEvaluation.Report report) {
        result("guidance", report.guidance());
        result("recognised", report.recognised());
        result("drawn_recognised", report.drawnRecognised());
        result("frechet_distance", report.distance());
        result("drawn_frechet_distance", report.drawnDistance());
    }

    @Command(
            name = "evaluate-chronicle",
            description = {
                "Measures a chronicle model that sees all of a text: right answers by length, depth"
                        + " and kind.",
                "Goes on where it was stopped; what it has found out stands beside the model."
            },
            mixinStandardHelpOptions = true)
    void evaluateChronicle(
            @Parameters(paramLabel = "DIR", description = "The model directory.") Path model,
            @Option(
                            names = "--device",
                            defaultValue = "auto",
                            description = "auto, cpu, gpu or gpuN (default: ${DEFAULT-VALUE}).")
                    String device,
            @Option(
                            names = "--type",
                            defaultValue = "F32",
                            description = "F32 or BF16 (default: ${DEFAULT-VALUE}).")
                    ElementType type,
            @Option(
                            names = "--form",
                            defaultValue = "CHAT",
                            description = "CHAT or PLAIN (default: ${DEFAULT-VALUE}).")
                    Form form,
            @Option(
                            names = "--lengths",
                            split = ",",
                            defaultValue = "1024,4096,16384,65536,122880",
                            description = "Of texts, in tokens (default: ${DEFAULT-VALUE}).")
                    List<Integer> lengths,
            @Option(
                            names = "--questions",
                            defaultValue = "600",
                            description = "For each length, about (default: ${DEFAULT-VALUE}).")
                    int questions,
            @Option(
                            names = "--threads",
                            defaultValue = "1",
                            description =
                                    "Of the tensor library on the CPU (default: ${DEFAULT-VALUE}).")
                    int threads) {
        var options =
                new ChronicleEvaluation.Options(
                        model, Devices.named(device), type, form, lengths, questions, threads);
        new ChronicleEvaluation().evaluate(options, TrainCommand::result);
    }

    private static void result(String name, double value) {
        System.out.printf(Locale.ROOT, "RESULT %s=%.4f%n", name, value);
    }
}
