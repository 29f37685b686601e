package dev.millrace.workers.train.stories;

import dev.millrace.workers.train.Seeds;
import dev.millrace.workers.train.tokens.Vocabulary;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.SplittableRandom;

/** Documents of the grammar as plain texts. */
public final class StoryText {
    private StoryText() {}

    /** Writes so many documents, with special tokens spelled out, each into a file of its own. */
    public static void write(Path folder, int documents, long seed) {
        var grammar = new StoryGrammar();
        try {
            Files.createDirectories(folder);
            for (int i = 0; i < documents; i++) {
                var text = grammar.draw(new SplittableRandom(Seeds.mix(seed, i))).text();
                Files.writeString(folder.resolve("%06d.txt".formatted(i)), Vocabulary.BEGIN + text);
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write stories into " + folder, e);
        }
    }
}
