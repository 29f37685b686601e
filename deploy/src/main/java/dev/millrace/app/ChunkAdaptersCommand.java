package dev.millrace.app;

import dev.millrace.workers.train.adapters.AdapterTraining;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;

/** Trains adapters for anybody's decoder. */
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
final class ChunkAdaptersCommand implements Runnable {
    @Option(names = "--corpus", required = true, description = "A folder of .txt files.")
    Path corpus = Path.of(".");

    @Mixin AdapterOptions how = new AdapterOptions();

    @Override
    public void run() {
        say(AdapterTraining.run(how.model, corpus, how.tokens, how.options()));
    }

    static void say(AdapterTraining.Report report) {
        Results.say("boundary_precision", report.boundaries().precision());
        Results.say("boundary_recall", report.boundaries().recall());
        Results.say("boundary_f1", report.boundaries().f1());
        report.recalls()
                .forEach((layer, recalls) ->
                        recalls.forEach((count, recall) ->
                                Results.say("layer_" + layer + "_recall_at_" + count, recall)));
    }
}
