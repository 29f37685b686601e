package dev.millrace.workers.text.kv.eco;

import dev.millrace.workers.tensor.ConfigJson;

import java.util.List;

/** Reads {@code "eco": {"window": 256, "sinks": 4}} from a model's {@code millrace.json}. */
public final class EcoManifest {
    private static final String KEY = "eco";
    private static final String WINDOW = "window";
    private static final String SINKS = "sinks";

    private EcoManifest() {}

    /** Refuses to see more exactly than there can be. */
    public static void requireFit(ConfigJson manifest, EcoSettings settings, int context) {
        if (settings.rows() > context) {
            throw manifest.wrong(
                    "eco.window of %d and eco.sinks of %d must not be larger than the context of %d"
                                    .formatted(settings.window(), settings.sinks(), context)
                            + " tokens");
        }
    }

    /**
     * What it says, or the usual.
     *
     * @param context most tokens of a text; what is seen exactly must be a part of it
     */
    public static EcoSettings read(ConfigJson manifest, int context) {
        var json = manifest.object(KEY);
        if (json.isEmpty()) {
            return EcoSettings.USUAL;
        }
        var said = json.orElseThrow();
        said.refuseOthers(List.of(WINDOW, SINKS));
        var settings =
                new EcoSettings(
                        said.positive(WINDOW, EcoSettings.USUAL.window()),
                        said.count(SINKS, EcoSettings.USUAL.sinks()));
        requireFit(manifest, settings, context);
        return settings;
    }
}
