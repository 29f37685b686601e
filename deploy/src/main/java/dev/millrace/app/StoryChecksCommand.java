package dev.millrace.app;

import dev.millrace.workers.train.stories.StoryEvaluation;

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

    @Override
    public void run() {
        var report = new StoryEvaluation().evaluate(model, stories);
        Results.say("held_out_loss_nats", report.loss());
        Results.say("grammar_entropy_nats", report.entropy());
        Results.say("gap_nats", report.gap());
        Results.say("stories", report.stories());
        Results.say("sentences_known", report.known());
        Results.say("stories_consistent", report.consistent());
    }
}
