package dev.millrace.workers.image;

/** What was made is no picture: some of its values are infinite or no numbers. */
final class BadPictureException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BadPictureException(String message) {
        super(message);
    }
}
