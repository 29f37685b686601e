package dev.millrace.workers.train.chronicle;

import dev.millrace.workers.train.Journal;
import dev.millrace.workers.train.chronicle.corpus.Question.Kind;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/**
 * What an evaluation has found out so far, one line for each document, so that it can be stopped
 * and go on. Lines of other weights or of another way to ask are left alone.
 */
final class EvaluationProgress {
    private final Journal<Judged> journal;
    private final String of;

    /**
     * A document that has been asked about.
     *
     * @param of which model, in which precision and form
     */
    record Judged(String of, int length, int document, double seconds, List<Verdict> verdicts) {
        Judged {
            verdicts = List.copyOf(verdicts);
        }
    }

    /** Whether an answer was right, and how deep its fact lay, in tenths. */
    record Verdict(Kind kind, int depth, boolean isRight) {}

    /** Beside the model's folder; {@code way} says how it is asked. */
    EvaluationProgress(Path folder, String way) {
        var absolute = folder.toAbsolutePath().normalize();
        this.journal =
                new Journal<>(
                        absolute.resolveSibling(absolute.getFileName() + ".evaluation"),
                        Judged.class);
        this.of = checksum(folder.resolve("model.safetensors")) + " " + way;
    }

    private static String checksum(Path weights) {
        var checksum = new CRC32();
        try {
            checksum.update(Files.readAllBytes(weights));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + weights, e);
        }
        return Long.toHexString(checksum.getValue());
    }

    /** What is known of a document. */
    Optional<Judged> of(int length, int document) {
        return journal.all().stream()
                .filter(each ->
                        each.of().equals(of)
                                && each.length() == length
                                && each.document() == document)
                .findFirst();
    }

    /** Keeps what was found out about a document. */
    Judged add(int length, int document, double seconds, List<Verdict> verdicts) {
        var one = new Judged(of, length, document, seconds, verdicts);
        journal.add(one);
        return one;
    }
}
