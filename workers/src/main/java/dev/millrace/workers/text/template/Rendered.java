package dev.millrace.workers.text.template;

/** What became of some messages. */
public sealed interface Rendered {
    record Text(String prompt) implements Rendered {}

    /** The template does not take these messages; the reason is for the client. */
    record Refused(String reason) implements Rendered {}
}
