package dev.millrace.gateway.http.openai;

import com.fasterxml.jackson.databind.JsonNode;

import dev.millrace.gateway.http.body.Fields;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Parameters of OpenAI's that this gateway does not act on. A value that asks for nothing is
 * accepted; any other is refused by name, as passing it over would answer something else than was
 * asked.
 */
final class Unsupported {
    private static final Predicate<JsonNode> EMPTY = JsonNode::isEmpty;

    private static final Map<String, Predicate<JsonNode>> COMMON =
            Map.of(
                    "n", is(1),
                    "frequency_penalty", is(0),
                    "presence_penalty", is(0),
                    "logit_bias", EMPTY);

    private static final Map<String, Predicate<JsonNode>> CHAT =
            Map.ofEntries(
                    Map.entry("tools", EMPTY),
                    Map.entry("functions", EMPTY),
                    Map.entry("tool_choice", isOneOf("none", "auto")),
                    Map.entry("function_call", isOneOf("none", "auto")),
                    Map.entry("parallel_tool_calls", JsonNode::isBoolean),
                    Map.entry("response_format", value -> isOneOf("text").test(value.path("type"))),
                    Map.entry(
                            "modalities",
                            value -> value.size() == 1 && isOneOf("text").test(value.path(0))),
                    Map.entry("audio", Unsupported::never),
                    Map.entry("prediction", Unsupported::never),
                    Map.entry("reasoning_effort", isOneOf("none")),
                    Map.entry("verbosity", isOneOf("medium")),
                    Map.entry("web_search_options", Unsupported::never),
                    Map.entry("service_tier", isOneOf("auto", "default")));

    private static final Map<String, Predicate<JsonNode>> COMPLETION =
            Map.of(
                    "echo", value -> value.isBoolean() && !value.booleanValue(),
                    "best_of", is(1),
                    "suffix", value -> value.isTextual() && value.textValue().isEmpty());

    private static final Map<String, Predicate<JsonNode>> IMAGES =
            Map.of(
                    "response_format", isOneOf("b64_json"),
                    "background", isOneOf("auto", "opaque"),
                    "output_format", isOneOf("png"),
                    "output_compression", is(100),
                    "style", Unsupported::never,
                    "moderation", isOneOf("auto", "low"));

    /** They change nothing in the answer. */
    private static final String[] HARMLESS = {
        "user",
        "metadata",
        "store",
        "safety_identifier",
        "prompt_cache_key",
        "prompt_cache_retention"
    };

    private Unsupported() {}

    private static boolean never(JsonNode value) {
        return false;
    }

    private static Predicate<JsonNode> is(int number) {
        return value -> value.isNumber() && value.doubleValue() == number;
    }

    private static Predicate<JsonNode> isOneOf(String... words) {
        return value -> value.isTextual() && Set.of(words).contains(value.textValue());
    }

    static void refuseInChat(Fields body) {
        refuse(body, CHAT);
    }

    static void refuseInCompletion(Fields body) {
        refuse(body, COMPLETION);
    }

    static void refuseInImages(Fields body) {
        refuseAll(body, IMAGES);
    }

    private static void refuse(Fields body, Map<String, Predicate<JsonNode>> own) {
        var all = new LinkedHashMap<>(COMMON);
        all.putAll(own);
        refuseAll(body, all);
    }

    private static void refuseAll(Fields body, Map<String, Predicate<JsonNode>> all) {
        all.forEach((name, asksNothing) ->
                body.value(name)
                        .filter(asksNothing.negate())
                        .ifPresent(value -> {
                            throw body.wrong(
                                    name, "is not supported; expected it to be left out", value);
                        }));
        body.ignore(HARMLESS);
    }
}
