package dev.millrace.workers.train.adapters;

import dev.millrace.workers.text.tokens.Tokenizer;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Plain texts from a folder, cut into rows of equal length, with the ends of their sentences. */
final class AdapterCorpus {
    private AdapterCorpus() {}

    /** The rows of all {@code *.txt} files of a folder, in the order of their names. */
    static List<LabelledText> read(Path folder, Tokenizer tokenizer, int length) {
        var rows = new ArrayList<LabelledText>();
        try (var files = Files.list(folder)) {
            var texts = files.filter(file -> file.toString().endsWith(".txt")).sorted().toList();
            for (var file : texts) {
                rows.addAll(rows(Files.readString(file), tokenizer, length));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the corpus " + folder, e);
        }
        return check(folder, rows, length);
    }

    private static List<LabelledText> check(Path folder, List<LabelledText> rows, int length) {
        if (rows.isEmpty()) {
            throw new IllegalArgumentException(
                    folder + " must hold .txt files of at least " + length + " tokens, holds none");
        }
        long sentences = rows.stream().mapToLong(AdapterCorpus::sentences).sum();
        if (sentences < rows.size()) {
            throw new IllegalArgumentException(
                    "%s: %d tokens must hold sentences, %d sentence ends found"
                            .formatted(folder, (long) rows.size() * length, sentences));
        }
        return rows;
    }

    private static long sentences(LabelledText row) {
        long count = 0;
        for (boolean end : row.ends()) {
            count += end ? 1 : 0;
        }
        return count;
    }

    /** Whole rows; what is left over at the end is not used. */
    static List<LabelledText> rows(String text, Tokenizer tokenizer, int length) {
        int[] tokens = tokenizer.encode(text);
        boolean[] ends = ends(tokens, tokenizer);
        var rows = new ArrayList<LabelledText>();
        for (int from = 0; from + length <= tokens.length; from += length) {
            rows.add(
                    new LabelledText(
                            Arrays.copyOfRange(tokens, from, from + length),
                            Arrays.copyOfRange(ends, from, from + length)));
        }
        return rows;
    }

    /**
     * Which tokens hold the last character of a sentence. The text is put together again from the
     * tokens, so that it fits them whatever the tokenizer did to it.
     */
    private static boolean[] ends(int[] tokens, Tokenizer tokenizer) {
        var bytes = new ByteArrayOutputStream();
        int[] starts = new int[tokens.length];
        for (int i = 0; i < tokens.length; i++) {
            starts[i] = bytes.size();
            bytes.writeBytes(tokenizer.bytesOf(tokens[i]));
        }
        boolean[] ends = new boolean[tokens.length];
        for (int end : endBytes(bytes.toByteArray())) {
            int at = Arrays.binarySearch(starts, end - 1);
            int token = at >= 0 ? lastOf(starts, at) : -at - 2;
            ends[token] = true;
        }
        return ends;
    }

    /** The sentences' ends in bytes. */
    private static List<Integer> endBytes(byte... bytes) {
        var text = new String(bytes, StandardCharsets.UTF_8);
        var ends = new ArrayList<Integer>();
        int from = 0;
        int offset = 0;
        for (int end : SentenceSplitter.ends(text)) {
            offset += text.substring(from, end).getBytes(StandardCharsets.UTF_8).length;
            from = end;
            ends.add(offset);
        }
        return ends;
    }

    /** Of tokens without bytes that begin at the same place, the last: it holds the bytes. */
    private static int lastOf(int[] starts, int index) {
        int last = index;
        while (last + 1 < starts.length && starts[last + 1] == starts[index]) {
            last++;
        }
        return last;
    }
}
