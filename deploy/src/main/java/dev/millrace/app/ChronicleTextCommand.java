package dev.millrace.app;

import dev.millrace.workers.train.chronicle.ChronicleText;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;

/** Writes a long text and questions for the chronicle model. */
@Command(
        name = "chronicle-text",
        description = {
            "Writes a long text for the chronicle model, and prints questions about it with"
                    + " their answers: a prompt is the text and one question."
        },
        mixinStandardHelpOptions = true)
final class ChronicleTextCommand implements Callable<Integer> {
    @Option(names = "--out", required = true, description = "The file to write.")
    Path out = Path.of(".");

    @Option(
            names = "--tokens",
            defaultValue = "100000",
            description = "Of the text, about (default: ${DEFAULT-VALUE}).")
    int tokens;

    @Option(
            names = "--questions",
            defaultValue = "4",
            description = "About the text (default: ${DEFAULT-VALUE}).")
    int questions;

    @Option(names = "--seed", defaultValue = "1", description = "Of the text.")
    long seed;

    @Override
    public Integer call() throws IOException {
        var made = ChronicleText.of(seed, tokens, questions);
        Files.writeString(out, made.text());
        made.questions()
                .forEach(asked -> {
                    System.out.println(asked.question().strip());
                    System.out.println("    " + asked.answer());
                });
        return 0;
    }
}
