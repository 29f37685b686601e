package dev.millrace.workers.text.model;

import dev.millrace.workers.tensor.ConfigJson;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.ModelNames;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * What {@code millrace.json} says about a model: how it is served, as opposed to what it is. Every
 * key may be missing.
 *
 * @param kind the kind of worker that runs it
 * @param id its registered name, part of topic names; by default made from the folder's name
 * @param aliases further names that clients may use
 * @param contextLimit most tokens of prompt and answer together; none means the model's own limit
 * @param maxTokens for a job that does not say
 * @param temperature for a job that does not say
 * @param kv what keys and values are kept in, F32, BF16 or I8; none means what they are computed in
 */
public record Manifest(
        String kind,
        String id,
        List<String> aliases,
        OptionalInt contextLimit,
        OptionalInt maxTokens,
        OptionalDouble temperature,
        Optional<ElementType> kv) {
    private static final Map<String, ElementType> KV =
            Map.of("f32", ElementType.F32, "bf16", ElementType.BF16, "int8", ElementType.I8);

    public Manifest {
        aliases = List.copyOf(aliases);
    }

    static Manifest read(Path directory) {
        var json = ConfigJson.readIfPresent(directory.resolve("millrace.json"));
        var names = ModelNames.read(directory, json);
        return new Manifest(
                json.text("kind", "text"),
                names.id(),
                names.aliases(),
                positive(json, "context_limit"),
                positive(json, "max_tokens"),
                json.has("temperature")
                        ? OptionalDouble.of(json.number("temperature"))
                        : OptionalDouble.empty(),
                kv(json));
    }

    private static Optional<ElementType> kv(ConfigJson json) {
        if (!json.has("kv")) {
            return Optional.empty();
        }
        var kv = Optional.ofNullable(KV.get(json.text("kv")));
        if (kv.isEmpty()) {
            throw json.wrong("kv", "must be f32, bf16 or int8");
        }
        return kv;
    }

    private static OptionalInt positive(ConfigJson json, String key) {
        return json.has(key) ? OptionalInt.of(json.positive(key)) : OptionalInt.empty();
    }
}
