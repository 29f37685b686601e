package dev.millrace.app;

import dev.millrace.workers.text.kv.eco.EcoHashes;
import dev.millrace.workers.text.kv.eco.EcoSettings;
import dev.millrace.workers.train.stories.StoryTails;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.Optional;

/** Makes tails for the story model, and judges them. */
@Command(
        name = "stories-eco",
        description = {
            "The same for the story model, with new stories, once for each of some seeds; then lets"
                    + " it tell stories and judges those.",
            "Keeps the first seed's eco.safetensors in the model's directory. Goes on where it was"
                    + " stopped, seed by seed; ends in lines RESULT name=number."
        },
        mixinStandardHelpOptions = true)
final class StoriesEcoCommand implements Runnable {
    @Option(
            names = "--model",
            description = "A story model's directory (default: the one that ships).")
    @Nullable Path model;

    @Option(
            names = "--window",
            defaultValue = "64",
            description = "Newest tokens seen exactly (default: ${DEFAULT-VALUE}).")
    int window;

    @Option(
            names = "--sinks",
            defaultValue = "4",
            description = "First tokens seen exactly (default: ${DEFAULT-VALUE}).")
    int sinks;

    @Mixin EcoOptions how = new EcoOptions();

    @Option(
            names = "--findings",
            defaultValue = "eco.jsonl",
            description = "What has been measured; more is added (default: ${DEFAULT-VALUE}).")
    Path findings = Path.of("eco.jsonl");

    @Option(
            names = "--seeds",
            defaultValue = "3",
            description = "How often (default: ${DEFAULT-VALUE}).")
    int seeds;

    @Option(
            names = "--documents",
            defaultValue = "8000",
            description = "Stories to learn from (default: ${DEFAULT-VALUE}).")
    int documents;

    @Option(
            names = "--stories",
            defaultValue = "500",
            description = "Stories to judge (default: ${DEFAULT-VALUE}).")
    int stories;

    @Override
    public void run() {
        var folder = model == null ? ModelFolders.shipped().resolve("stories") : model;
        var kept = folder.resolve(EcoHashes.FILE);
        var training = how.options(kept, new EcoSettings(window, sinks), 1);
        var options =
                new StoryTails.Options(
                        folder,
                        Optional.of(kept),
                        findings,
                        seeds,
                        documents,
                        how.tokens,
                        stories,
                        training);
        new StoryTails(options, System.out, Results::say).run();
    }
}
