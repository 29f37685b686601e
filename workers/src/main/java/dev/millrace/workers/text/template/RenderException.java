package dev.millrace.workers.text.template;

/** These messages cannot be rendered: the template said so, or computed what has no meaning. */
final class RenderException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    RenderException(String message) {
        super(message);
    }
}
