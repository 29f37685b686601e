package dev.millrace.workers.tensor;

import java.nio.file.Path;

/**
 * A model's files are not what they should be. The message is one line: the file, the tensor or
 * key, what is wrong.
 */
public final class BadModelException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public BadModelException(Path file, String problem) {
        super(oneLine(file + ": " + problem));
    }

    public BadModelException(Path file, String problem, Throwable cause) {
        super(oneLine(file + ": " + problem), cause);
    }

    private static String oneLine(String message) {
        return message.lines().map(String::strip).reduce((a, b) -> a + " " + b).orElse("");
    }
}
