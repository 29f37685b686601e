package dev.millrace.workers.train.eco;

import dev.millrace.workers.text.tokens.Tokenizer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Plain texts from a folder as rows of equally many tokens. */
final class TokenRows {
    private TokenRows() {}

    /** The whole rows of all {@code *.txt} files of a folder, in the order of their names. */
    static List<int[]> read(Path folder, Tokenizer tokenizer, int length) {
        var rows = new ArrayList<int[]>();
        try (var files = Files.list(folder)) {
            var texts = files.filter(file -> file.toString().endsWith(".txt")).sorted().toList();
            for (var file : texts) {
                int[] tokens = tokenizer.encode(Files.readString(file));
                for (int from = 0; from + length <= tokens.length; from += length) {
                    rows.add(Arrays.copyOfRange(tokens, from, from + length));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the corpus " + folder, e);
        }
        if (rows.size() < 2) {
            throw new IllegalArgumentException(
                    "%s must hold .txt files with at least two rows of %d tokens, one to learn from"
                                    .formatted(folder, length)
                            + " and one to measure with; it holds %d".formatted(rows.size()));
        }
        return rows;
    }
}
