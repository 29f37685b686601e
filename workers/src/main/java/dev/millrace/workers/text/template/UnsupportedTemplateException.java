package dev.millrace.workers.text.template;

/** A template that is not valid or uses what is not supported. The message is one line. */
public final class UnsupportedTemplateException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    UnsupportedTemplateException(int line, String problem) {
        super("chat_template line " + line + ": " + problem);
    }
}
