package dev.millrace.workers.segment.picture;

import java.io.Serial;

/** A file that is no picture, or not one that is taken; its message is for who sent it. */
public final class UnreadablePictureException extends RuntimeException {
    @Serial private static final long serialVersionUID = 1L;

    public UnreadablePictureException(String message) {
        super(message);
    }

    public UnreadablePictureException(String message, Throwable cause) {
        super(message, cause);
    }
}
