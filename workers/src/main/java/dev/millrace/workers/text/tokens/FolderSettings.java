package dev.millrace.workers.text.tokens;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;

import dev.millrace.workers.tensor.BadModelException;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the small files beside tokenizer.json add: the roles of tokens, where a text ends, and the
 * chat template.
 *
 * @param roles {@code bos_token}, {@code eos_token}, {@code pad_token}, {@code unk_token} and their
 *     texts, as far as the folder names them
 * @param special texts of all tokens that are special by tokenizer_config.json
 * @param ends ids that end a generation, from generation_config.json (or config.json without it)
 * @param chatTemplate the model's own template, in Jinja
 */
record FolderSettings(
        Map<String, String> roles,
        Set<String> special,
        Set<Integer> ends,
        Optional<String> chatTemplate) {
    private static final JsonMapper JSON = new JsonMapper();
    private static final Set<String> ROLES =
            Set.of("bos_token", "eos_token", "pad_token", "unk_token");

    FolderSettings {
        roles = Map.copyOf(roles);
        special = Set.copyOf(special);
        ends = Set.copyOf(ends);
    }

    static FolderSettings read(Path folder) {
        var config = json(folder.resolve("tokenizer_config.json"));
        var roles = roles(config);
        var special = new LinkedHashSet<>(roles.values());
        for (var token : config.path("added_tokens_decoder")) {
            if (token.path("special").asBoolean()) {
                special.add(token.path("content").asText());
            }
        }
        return new FolderSettings(roles, special, ends(folder), template(folder, config));
    }

    private static Map<String, String> roles(JsonNode config) {
        var roles = new HashMap<String, String>();
        for (var role : ROLES) {
            var token = config.path(role);
            var text = token.isObject() ? token.path("content") : token;
            if (text.isTextual()) {
                roles.put(role, text.asText());
            }
        }
        return roles;
    }

    private static Set<Integer> ends(Path folder) {
        var generation = folder.resolve("generation_config.json");
        var file = Files.exists(generation) ? generation : folder.resolve("config.json");
        var ids = json(file).path("eos_token_id");
        var ends = new LinkedHashSet<Integer>();
        if (ids.isInt()) {
            ends.add(ids.asInt());
        }
        ids.forEach(id -> ends.add(id.asInt()));
        return ends;
    }

    /** A file of its own wins; a list of named templates means the one named default. */
    private static Optional<String> template(Path folder, JsonNode config) {
        var file = folder.resolve("chat_template.jinja");
        if (Files.exists(file)) {
            return Optional.of(parsed(file, Files::readString));
        }
        var template = config.path("chat_template");
        for (var named : template.isArray() ? template : MissingNode.getInstance()) {
            if (named.path("name").asText().equals("default")) {
                return Optional.of(named.path("template").asText());
            }
        }
        return Optional.of(template).filter(JsonNode::isTextual).map(JsonNode::asText);
    }

    private static JsonNode json(Path file) {
        return Files.exists(file)
                ? parsed(file, path -> JSON.readTree(path.toFile()))
                : MissingNode.getInstance();
    }

    private static <T> T parsed(Path file, Reading<T> reading) {
        try {
            return reading.of(file);
        } catch (JacksonException e) {
            throw new BadModelException(file, "not valid JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new BadModelException(file, "cannot be read: " + e, e);
        }
    }

    private interface Reading<T> {
        T of(Path file) throws IOException;
    }
}
