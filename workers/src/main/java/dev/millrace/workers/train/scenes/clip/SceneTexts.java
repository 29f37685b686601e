package dev.millrace.workers.train.scenes.clip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.millrace.workers.segment.clip.ClipTokenizer;
import dev.millrace.workers.segment.clip.PromptTemplates;
import dev.millrace.workers.train.scenes.SceneClass;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Texts as tokens, by the tokenizer that a folder has. */
final class SceneTexts implements AutoCloseable {
    private final SceneWords words;
    private final ClipTokenizer tokenizer;

    /** Tokens of many texts. */
    record Encoded(List<List<Long>> rows, long end) {
        int count() {
            return rows.size();
        }

        /** [texts, context] */
        NDArray ids(NDManager scope) {
            var flat = rows.stream().flatMap(List::stream).mapToLong(Long::longValue).toArray();
            return scope.create(flat, new Shape(rows.size(), flat.length / rows.size()));
        }

        /** Where each text ends, [texts]. */
        NDArray ends(NDManager scope) {
            return scope.create(rows.stream().mapToLong(row -> row.indexOf(end)).toArray());
        }
    }

    /** Opens a folder that has been written before. */
    SceneTexts(SceneWords words, Path folder) {
        this.words = words;
        this.tokenizer = ClipTokenizer.open(folder, SceneWords.CONTEXT);
    }

    SceneWords words() {
        return words;
    }

    /** All classes in a template, and then no class. */
    static List<String> names(String template) {
        return Stream.concat(SceneClass.names().stream(), Stream.of(""))
                .flatMap(name -> PromptTemplates.about(name, List.of(template)).stream())
                .toList();
    }

    long[][] rows(List<String> texts) {
        return tokenizer.encode(texts);
    }

    Encoded encode(List<String> texts) {
        var rows = Stream.of(rows(texts)).map(row -> LongStream.of(row).boxed().toList()).toList();
        return new Encoded(rows, words.id(SceneWords.END));
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
