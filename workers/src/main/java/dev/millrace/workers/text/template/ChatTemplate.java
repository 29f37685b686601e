package dev.millrace.workers.text.template;

import dev.millrace.protocol.Task.Message;
import dev.millrace.workers.text.template.Builtin.Run;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A model's chat template, ready to render. */
public final class ChatTemplate {
    private static final Value NO_TOOLS = Value.None.NONE;

    private final List<Node> nodes;
    private final Map<String, Value> given;

    private ChatTemplate(List<Node> nodes, Map<String, Value> given) {
        this.nodes = nodes;
        this.given = given;
    }

    /**
     * Reads a template.
     *
     * @param roles texts of special tokens the template may name, as {@code bos_token}
     * @throws UnsupportedTemplateException naming the line and what is not supported
     */
    public static ChatTemplate of(String source, Map<String, String> roles) {
        var given = new HashMap<String, Value>();
        roles.forEach((role, text) -> given.put(role, Value.of(text)));
        given.put("tools", NO_TOOLS);
        given.put("documents", NO_TOOLS);
        given.put("add_generation_prompt", Value.Bool.TRUE);
        return new ChatTemplate(Parser.parse(source), Map.copyOf(given));
    }

    /**
     * The prompt after which the model answers these messages.
     *
     * @param now for templates that state the date: the job's own time, so that every attempt at it
     *     has the same prompt
     */
    public Rendered render(List<Message> messages, Instant now) {
        return render(messages, true, now);
    }

    Rendered render(List<Message> messages, boolean addGenerationPrompt, Instant now) {
        var scope = Scope.of(given);
        scope.set(
                "messages", new Value.Listing(messages.stream().map(ChatTemplate::value).toList()));
        scope.set("add_generation_prompt", Value.of(addGenerationPrompt));
        var run = new Run(new Budget(), now.atZone(ZoneOffset.UTC));
        try {
            return new Rendered.Text(new Renderer(run).render(nodes, scope));
        } catch (RenderException | ArithmeticException e) {
            return refused(String.valueOf(e.getMessage()));
        } catch (StackOverflowError e) {
            return refused("it nests lists without end"); // expressions cannot: they are bounded
        }
    }

    private static Rendered refused(String reason) {
        return new Rendered.Refused("the model's chat template refuses these messages: " + reason);
    }

    private static Value value(Message message) {
        var entries = new LinkedHashMap<String, Value>();
        entries.put("role", Value.of(message.role()));
        entries.put("content", Value.of(message.content()));
        return new Value.Mapping(entries);
    }
}
