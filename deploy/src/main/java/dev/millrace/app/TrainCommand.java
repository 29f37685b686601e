package dev.millrace.app;

import dev.millrace.workers.text.kv.chunk.ChunkAdapters;
import dev.millrace.workers.text.kv.chunk.ChunkSettings;
import dev.millrace.workers.train.adapters.AdapterTraining;
import dev.millrace.workers.train.stories.StoryEvaluation;
import dev.millrace.workers.train.stories.StoryTraining;
import dev.millrace.workers.train.stories.StoryTraining.Options;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.util.Locale;

/** Reproduces the models that ship. */
@Command(
        name = "train",
        description = "Reproduces the models that ship, and measures them.",
        mixinStandardHelpOptions = true)
final class TrainCommand {
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
            @Option(names = "--model", required = true, description = "The model directory.")
                    Path model,
            @Option(names = "--corpus", required = true, description = "A folder of .txt files.")
                    Path corpus,
            @Option(
                            names = "--tokens",
                            defaultValue = "2048",
                            description = "Of a row of text (default: ${DEFAULT-VALUE}).")
                    int tokens,
            @Option(
                            names = "--steps",
                            defaultValue = "400",
                            description = "Rows to learn from (default: ${DEFAULT-VALUE}).")
                    long steps,
            @Option(
                            names = "--width",
                            defaultValue = "32",
                            description = "Of an adapted query or key (default: ${DEFAULT-VALUE}).")
                    int width,
            @Option(
                            names = "--keys",
                            defaultValue = "MEAN",
                            description =
                                    "What a chunk's key is made of: MEAN of its tokens' or LAST"
                                            + " (default: ${DEFAULT-VALUE}).")
                    ChunkSettings.Keys keys) {
        var options =
                new AdapterTraining.Options(
                        model.resolve(ChunkAdapters.FILE),
                        steps,
                        1,
                        width,
                        ChunkSettings.PAPER.with(keys),
                        1);
        var report = AdapterTraining.run(model, corpus, tokens, options);
        result("boundary_precision", report.boundaries().precision());
        result("boundary_recall", report.boundaries().recall());
        result("boundary_f1", report.boundaries().f1());
        report.recalls()
                .forEach((layer, recalls) ->
                        recalls.forEach((count, recall) ->
                                result("layer_" + layer + "_recall_at_" + count, recall)));
    }

    private static void result(String name, double value) {
        System.out.printf(Locale.ROOT, "RESULT %s=%.4f%n", name, value);
    }
}
