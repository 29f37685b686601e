package dev.millrace.workers.text.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.millrace.protocol.Task.Message;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** Against jinja2 itself: resources/templates/make.py wrote what it makes of the same templates. */
class ChatTemplateTest {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Instant NOW = Instant.parse("2026-03-09T17:05:42Z");
    private static final Map<String, String> ROLES =
            Map.of("bos_token", "<s>", "eos_token", "</s>");
    private static final List<Message> HELLO = List.of(new Message("user", "Hello"));

    static Stream<JsonNode> chats() throws IOException {
        return cases("chats");
    }

    static Stream<JsonNode> snippets() throws IOException {
        return cases("snippets");
    }

    @ParameterizedTest
    @MethodSource("chats")
    void templates_in_the_shape_of_published_ones_render_as_jinja_does(JsonNode expected)
            throws IOException {
        var source = resource(expected.path("name").asText() + ".jinja");

        assertSame(rendered(source, expected), expected);
    }

    @ParameterizedTest
    @MethodSource("snippets")
    void each_construct_renders_as_jinja_does(JsonNode expected) {
        assertSame(rendered(expected.path("name").asText(), expected), expected);
    }

    @Test
    void what_the_template_raises_is_the_reason_of_the_refusal() {
        var template = ChatTemplate.of("{{ raise_exception('Roles must alternate') }}", ROLES);

        assertThat(template.render(HELLO, NOW))
                .isInstanceOfSatisfying(
                        Rendered.Refused.class,
                        refused -> assertThat(refused.reason()).endsWith("Roles must alternate"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% macro f(x) %}{% endmacro %} => tag 'macro' is not supported",
                "{% include 'x' %} => tag 'include' is not supported",
                "{{ x | pprint }} => filter 'pprint' is not supported",
                "{{ x is sameas(y) }} => test 'sameas' is not supported",
                "{{ lipsum() }} => function 'lipsum' is not supported",
                "{{ x.format(1) }} => method 'format' is not supported",
                "{{ x.append(1) }} => method 'append' is not supported",
                "{{ x[0](1) }} => a call of this expression is not supported",
                "{{ x | trim('a', 'b') }} => 'trim' with 2 arguments is not supported",
                "{{ x | tojson(sort_keys=true) }} => argument 'sort_keys' of 'tojson' is not"
                        + " supported",
                "{{ x | select('divisibleby', 2) }} => 'select' with test 'divisibleby' is not"
                        + " supported",
                "{{ x | select(y) }} => 'select' with test by an expression is not supported",
                "{{ x | map('replace') }} => 'map' with filter 'replace' is not supported",
                "{{ raise_exception() }} => 'raise_exception' needs its 'message'",
                "{{ strftime_now('%Q') }} => time format '%Q' is not supported",
                "{{ 2 ** 3 }} => expected '}}', found '**'",
                "{% if x %} => expected 'endif', found the end of the template",
                "{{ x => a tag has no }}",
                "{{ 'x }} => a string has no end",
                "{# x => a comment has no end",
                "{{ ? }} => unexpected '?'",
                "{{ }} => expected a value, found }}",
                "{% endfor %} => tag 'endfor' is not supported",
                "{{ 99999999999999999999 }} => number 99999999999999999999 is too large",
            })
    void what_is_not_supported_is_refused_before_the_first_request(String expectation) {
        var source = expectation.substring(0, expectation.indexOf(" => "));
        var problem = expectation.substring(expectation.indexOf(" => ") + 4);

        assertThatThrownBy(() -> ChatTemplate.of("\n" + source, ROLES))
                .isInstanceOf(UnsupportedTemplateException.class)
                .hasMessage("chat_template line 2: " + problem);
    }

    @Test
    void nesting_beyond_the_limits_is_refused_before_the_first_request() {
        assertThatThrownBy(() ->
                        ChatTemplate.of("{{ " + "(".repeat(999) + ")".repeat(999) + " }}", ROLES))
                .hasMessageContaining("more than 256 parts");
        assertThatThrownBy(() -> ChatTemplate.of("{{ 1" + "+1".repeat(1_000) + " }}", ROLES))
                .hasMessageContaining("more than 256 parts");
        assertThatThrownBy(() -> ChatTemplate.of("{% if 1 %}".repeat(1_000), ROLES))
                .hasMessageContaining("nested deeper than 32");
        assertThatThrownBy(() -> ChatTemplate.of("x".repeat(300_000), ROLES))
                .hasMessageContaining("had 300000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{% for a in range(100000) %}{% for b in range(100000) %}{% endfor %}{% endfor %}",
                "{% set n = namespace(s='xxxxxxxx') %}"
                        + "{% for a in range(1000) %}{% set n.s = n.s + n.s %}{% endfor %}",
                "{% set n = namespace(s=[1]) %}"
                        + "{% for a in range(1000) %}{% set n.s = n.s + n.s %}{% endfor %}",
                "{% set n = namespace(s=[]) %}"
                        + "{% for a in range(60) %}{% set n.s = [n.s, n.s] %}{% endfor %}{{ n.s }}",
                "{% set n = namespace(s=[]) %}"
                        + "{% for a in range(60) %}{% set n.s = [n.s, n.s] %}{% endfor %}"
                        + "{{ n.s | tojson }}",
                "{% set n = namespace(s=[], t=[]) %}"
                        + "{% for a in range(60) %}{% set n.s = [n.s, n.s] %}"
                        + "{% set n.t = [n.t, n.t] %}{% endfor %}{{ n.s == n.t }}",
                "{% set n = namespace(s=[]) %}"
                        + "{% for a in range(99999) %}{% set n.s = [n.s] %}{% endfor %}{{ n.s }}",
                "{{ range(1000000000) }}",
            })
    void a_template_that_would_run_or_grow_without_end_is_stopped(String source) {
        assertThat(ChatTemplate.of(source, ROLES).render(HELLO, NOW))
                .isInstanceOf(Rendered.Refused.class);
    }

    @Test
    void one_rendering_leaves_nothing_for_the_next() {
        var template =
                ChatTemplate.of(
                        "{{ seen is defined }}{% set seen = 1 %}{% set messages = [] %}", ROLES);

        assertThat(template.render(HELLO, NOW)).isEqualTo(new Rendered.Text("False"));
        assertThat(template.render(HELLO, NOW)).isEqualTo(new Rendered.Text("False"));
    }

    @Test
    void a_long_conversation_fits_the_limits() throws IOException {
        var template = ChatTemplate.of(resource("qwen3.jinja"), ROLES);
        var turn = List.of(new Message("user", "q".repeat(1_000)), new Message("assistant", "a"));
        var messages = Stream.generate(() -> turn).limit(5_000).flatMap(List::stream).toList();

        assertThat(template.render(messages, NOW)).isInstanceOf(Rendered.Text.class);
    }

    private static Rendered rendered(String source, JsonNode expected) {
        var messages =
                StreamSupport.stream(expected.path("messages").spliterator(), false)
                        .map(m -> new Message(m.path("role").asText(), m.path("content").asText()))
                        .toList();
        return ChatTemplate.of(source, ROLES)
                .render(messages, expected.path("add_generation_prompt").asBoolean(), NOW);
    }

    private static void assertSame(Rendered rendered, JsonNode expected) {
        if (expected.has("text")) {
            assertThat(rendered).isEqualTo(new Rendered.Text(expected.path("text").asText()));
        } else {
            assertThat(rendered).isInstanceOf(Rendered.Refused.class);
        }
    }

    private static Stream<JsonNode> cases(String part) throws IOException {
        var cases = JSON.readTree(resource("cases.json")).path(part);
        assertThat(cases).isNotEmpty();
        return StreamSupport.stream(cases.spliterator(), false);
    }

    private static String resource(String name) throws IOException {
        try (var stream = ChatTemplateTest.class.getResourceAsStream("/templates/" + name)) {
            return new String(
                    Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
