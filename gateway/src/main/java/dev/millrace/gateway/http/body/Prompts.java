package dev.millrace.gateway.http.body;

import dev.millrace.gateway.refusal.Reason;
import dev.millrace.gateway.refusal.Refusal;
import dev.millrace.protocol.Served;
import dev.millrace.protocol.Task;

import java.util.List;

/**
 * What a text model starts from. A prompt that is proved too long by its bytes is refused here; in
 * between, only the worker's tokenizer can tell.
 */
public final class Prompts {
    private Prompts() {}

    /** A text in this field. */
    public static Task.Plain plain(Fields body, String name, Served.TextModel model) {
        return plain(body.named(name), body.requiredText(name), model);
    }

    /**
     * @param name of the parameter, for messages
     */
    public static Task.Plain plain(String name, String prompt, Served.TextModel model) {
        check(name, bytes(prompt), model);
        return new Task.Plain(prompt);
    }

    /** Messages in field {@code messages}. */
    public static Task.Chat chat(Fields body, Served.TextModel model) {
        var messages =
                body
                        .objects("messages")
                        .orElseThrow(
                                () -> body.refusal("messages", "must be an array, was not there"))
                        .stream()
                        .map(Prompts::message)
                        .toList();
        if (messages.isEmpty()) {
            throw body.refusal("messages", "must hold at least one message, held none");
        }
        check(
                body.named("messages"),
                messages.stream().mapToLong(message -> bytes(message.content())).sum(),
                model);
        return new Task.Chat(messages);
    }

    private static void check(String name, long bytes, Served.TextModel model) {
        if (bytes == 0) {
            throw Refusal.invalid(name, name + " must not be empty");
        }
        if (bytes > model.maxPromptBytes()) {
            throw Refusal.at(
                    name,
                    Reason.TOO_LONG,
                    "%s must have at most %d bytes to fit the %d tokens of %s, had %d"
                            .formatted(
                                    name,
                                    model.maxPromptBytes(),
                                    model.contextTokens(),
                                    model.model(),
                                    bytes));
        }
    }

    private static Task.Message message(Fields message) {
        var role = role(message);
        var content = content(message);
        message.value("tool_calls")
                .filter(calls -> !calls.isEmpty())
                .ifPresent(calls -> {
                    throw message.wrong("tool_calls", "is not supported", calls);
                });
        message.refuseOthers();
        return new Task.Message(role, content);
    }

    /** {@code developer} is the newer word for {@code system}. */
    private static String role(Fields message) {
        var role = message.requiredText("role");
        return switch (role) {
            case "system", "user", "assistant" -> role;
            case "developer" -> "system";
            default ->
                    throw message.refusal(
                            "role",
                            "must be system, developer, user or assistant, was '"
                                    + Shown.name(role)
                                    + "'");
        };
    }

    /** A string, or parts of type text, which are joined. */
    private static String content(Fields message) {
        var content = message.value("content");
        if (content.isPresent() && content.get().isArray()) {
            var text = new StringBuilder();
            message.objects("content").orElse(List.of()).forEach(part -> text.append(part(part)));
            return text.toString();
        }
        return message.requiredText("content");
    }

    private static String part(Fields part) {
        var type = part.requiredText("type");
        if (!type.equals("text")) {
            throw part.refusal(
                    "type", "must be text for this model, was '" + Shown.name(type) + "'");
        }
        var text = part.requiredText("text");
        part.refuseOthers();
        return text;
    }

    /** Length in UTF-8, of a text without stray surrogates. */
    static long bytes(String text) {
        long bytes = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                bytes += 1;
            } else if (c < 0x800 || Character.isSurrogate(c)) {
                bytes += 2; // a surrogate pair is four bytes
            } else {
                bytes += 3;
            }
        }
        return bytes;
    }

    /** Exactly one of the two ways to ask. */
    public static Task.Prompt either(Fields input, Served.TextModel model) {
        boolean plain = input.has("prompt");
        if (plain == input.has("messages")) {
            throw input.refusal(
                    plain ? "messages" : "prompt",
                    plain
                            ? "must not be given together with prompt"
                            : "must be given, or else messages");
        }
        return plain ? plain(input, "prompt", model) : chat(input, model);
    }
}
