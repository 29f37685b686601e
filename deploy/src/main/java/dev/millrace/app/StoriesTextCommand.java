package dev.millrace.app;

import dev.millrace.workers.train.stories.StoryText;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.nio.file.Path;

/** Writes stories for those commands that learn from a folder of texts. */
@Command(
        name = "stories-text",
        description = {
            "Writes documents of the story model's grammar into a folder, each into a .txt file of"
                    + " its own: a corpus for other training commands."
        },
        mixinStandardHelpOptions = true)
final class StoriesTextCommand implements Runnable {
    @Option(names = "--out", required = true, description = "The folder to write into.")
    Path out = Path.of(".");

    @Option(
            names = "--documents",
            defaultValue = "4000",
            description = "How many (default: ${DEFAULT-VALUE}).")
    int documents;

    @Option(names = "--seed", defaultValue = "1", description = "Of the documents.")
    long seed;

    @Override
    public void run() {
        StoryText.write(out, documents, seed);
    }
}
