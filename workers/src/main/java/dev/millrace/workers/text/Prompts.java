package dev.millrace.workers.text;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.Task;
import dev.millrace.workers.text.template.Rendered;

import java.time.Instant;

/** Reads what a job asks: a text to continue or a chat to answer becomes tokens, or is refused. */
final class Prompts {
    /**
     * For templates that state the date. A job carries no time, and each attempt at it must have
     * the same prompt, so this is the date that Llama's own template falls back to.
     */
    private static final Instant TODAY = Instant.parse("2024-07-26T00:00:00Z");

    /** A prompt's tokens, or the end of a job that cannot be started. */
    sealed interface Read {
        /**
         * @param continues whether the answer goes on in the same text, or begins one of its own
         */
        @SuppressWarnings("ArrayRecordComponent") // the sequence's own, and never compared
        record Prompt(int[] tokens, boolean continues) implements Read {}

        record Refused(Body.Failed end) implements Read {}
    }

    private final TextModel model;

    Prompts(TextModel model) {
        this.model = model;
    }

    Read read(Task.Prompt prompt) {
        return switch (prompt) {
            case Task.Plain(var text) -> plain(text);
            case Task.Chat chat -> chat(chat);
        };
    }

    private Read plain(String text) {
        if (text.isEmpty()) {
            return refused(ErrorCode.INVALID_REQUEST, "prompt must not be empty");
        }
        return checked(model.tokenizer().encodeWithSpecials(text), true);
    }

    private Read chat(Task.Chat chat) {
        if (model.template().isEmpty()) {
            return refused(
                    ErrorCode.INVALID_REQUEST,
                    "this model has no chat template; send a prompt instead of messages");
        }
        return switch (model.template().get().render(chat.messages(), TODAY)) {
            case Rendered.Text(var text) -> checked(model.tokenizer().encode(text), false);
            case Rendered.Refused(var reason) -> refused(ErrorCode.INVALID_REQUEST, reason);
        };
    }

    private Read checked(int[] tokens, boolean continues) {
        if (tokens.length == 0) {
            return refused(ErrorCode.INVALID_REQUEST, "prompt must have at least 1 token, has 0");
        }
        if (tokens.length >= model.contextLimit()) {
            return refused(
                    ErrorCode.CONTEXT_LENGTH_EXCEEDED,
                    "this model's context is "
                            + model.contextLimit()
                            + " tokens, of which the prompt may take at most "
                            + (model.contextLimit() - 1)
                            + "; it has "
                            + tokens.length);
        }
        return new Read.Prompt(tokens, continues);
    }

    private static Read refused(ErrorCode code, String message) {
        return new Read.Refused(new Body.Failed(code, message, 0));
    }
}
