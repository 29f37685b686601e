package dev.millrace.app;

import dev.millrace.workers.train.stories.StoryEvaluation;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;

/** Measures a story model. */
@Command(
        name = "evaluate-stories",
        description =
                "Measures a story model: held-out loss, grammar, and whether its stories hold"
                        + " together.",
        mixinStandardHelpOptions = true)
final class StoryChecksCommand implements Runnable {
    @Parameters(paramLabel = "DIR", description = "The model directory.")
    Path model = Path.of(".");

    @Option(
            names = "--stories",
            defaultValue = "1000",
            description = "How many to sample (default: ${DEFAULT-VALUE}).")
    int stories;

    @Option(
            names = "--attention",
            description =
                    "softmax or eco: only judges stories, told with the kernels that serve, with"
                            + " everything in sight or with tails.")
    @Nullable String attention;

    @Override
    public void run() {
        if (attention != null) {
            tell(attention);
            return;
        }
        var report = new StoryEvaluation().evaluate(model, stories);
        Results.say("held_out_loss_nats", report.loss());
        Results.say("grammar_entropy_nats", report.entropy());
        Results.say("gap_nats", report.gap());
        Results.say("stories", report.stories());
        Results.say("sentences_known", report.known());
        Results.say("stories_consistent", report.consistent());
    }

    private void tell(String name) {
        boolean hasTails =
                switch (name) {
                    case "softmax" -> false;
                    case "eco" -> true;
                    default ->
                            throw new IllegalArgumentException(
                                    "attention must be softmax or eco, was " + name);
                };
        var told = new StoryEvaluation().tell(model, hasTails, stories);
        Results.say("stories", stories);
        Results.say("sentences_known", told.known());
        Results.say("stories_consistent", told.consistent());
    }
}
