package dev.millrace.workers.text.kv.chunk;

import dev.millrace.workers.tensor.ConfigJson;
import dev.millrace.workers.text.kv.chunk.ChunkSettings.Keys;
import dev.millrace.workers.text.kv.chunk.ChunkSettings.Triggers;
import dev.millrace.workers.text.kv.chunk.ChunkSettings.Vote;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Reads how a model's sequences select, from its {@code millrace.json}: {@code "chunk": "best"}, or
 * {@code "chunk": {"preset": "paper", "most": 64}} for a preset with changes.
 */
public final class ChunkManifest {
    private static final String KEY = "chunk";
    private static final String PRESET = "preset";
    private static final String USUAL = "best";
    private static final Map<String, ChunkSettings> PRESETS =
            new TreeMap<>(Map.of("paper", ChunkSettings.PAPER, USUAL, ChunkSettings.BEST));
    private static final List<String> KNOWN =
            List.of(
                    PRESET,
                    "threshold",
                    "shortest",
                    "longest",
                    "local",
                    "most",
                    "mass",
                    "keys",
                    "vote",
                    "into",
                    "every",
                    "dense_below",
                    "most_of_prompt");

    private ChunkManifest() {}

    /** What {@code millrace.json} says, or the usual. */
    public static ChunkSettings read(ConfigJson manifest) {
        if (!manifest.has(KEY)) {
            return ChunkSettings.BEST;
        }
        if (!manifest.isObject(KEY)) {
            return preset(manifest, KEY);
        }
        var json = manifest.object(KEY).orElseThrow();
        json.refuseOthers(KNOWN);
        return settings(json, preset(json, PRESET));
    }

    private static ChunkSettings preset(ConfigJson json, String key) {
        var settings = PRESETS.get(json.text(key, USUAL));
        if (settings == null) {
            throw json.wrong(key, "must be one of " + PRESETS.keySet());
        }
        return settings;
    }

    private static ChunkSettings settings(ConfigJson json, ChunkSettings usual) {
        try {
            return new ChunkSettings(
                    json.number("threshold", usual.threshold()),
                    json.positive("shortest", usual.shortest()),
                    json.positive("longest", usual.longest()),
                    json.count("local", usual.local()),
                    json.count("most", usual.most()),
                    json.number("mass", usual.mass()),
                    word(json, "keys", usual.keys(), List.of(Keys.values())),
                    word(json, "vote", usual.vote(), List.of(Vote.values())),
                    new Triggers(
                            json.count("into", usual.triggers().into()),
                            json.count("every", usual.triggers().every())),
                    json.count("dense_below", usual.denseBelow()),
                    json.count("most_of_prompt", usual.mostOfPrompt()));
        } catch (IllegalArgumentException e) {
            throw json.wrong(String.valueOf(e.getMessage()));
        }
    }

    /** Of several, the one of this name. */
    private static <E extends Enum<E>> E word(ConfigJson json, String key, E usual, List<E> all) {
        if (!json.has(key)) {
            return usual;
        }
        var words = all.stream().map(each -> each.name().toLowerCase(Locale.ROOT)).toList();
        int index = words.indexOf(json.text(key));
        if (index < 0) {
            throw json.wrong(key, "must be one of " + words);
        }
        return all.get(index);
    }
}
