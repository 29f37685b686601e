package dev.millrace.workers.segment;

import dev.millrace.workers.segment.zip.MaskRules;
import dev.millrace.workers.segment.zip.ZipSettings;
import dev.millrace.workers.tensor.ConfigJson;

import java.util.List;
import java.util.Locale;

/** Reads {@code "recipe"} of a {@code millrace.json}: a preset's name, or one with changes. */
final class RecipeJson {
    private static final String RECIPE = "recipe";
    private static final String BOUNDARIES = "boundaries";
    private static final List<String> KNOWN =
            List.of(
                    "preset",
                    "clip_side",
                    "surgery_depth",
                    BOUNDARIES,
                    "trunk_side",
                    "colour_side",
                    "clusters",
                    "min_cells",
                    "min_stability",
                    "min_area",
                    "min_active",
                    "min_overlap",
                    "max_quality",
                    "presence");
    private static final List<String> PRESENCE_KNOWN =
            List.of("scale", "middle", "parts", "least", "most");

    private RecipeJson() {}

    static Recipe read(ConfigJson manifest) {
        if (!manifest.isObject(RECIPE)) {
            return preset(manifest, RECIPE);
        }
        var json = manifest.object(RECIPE).orElseThrow();
        json.refuseOthers(KNOWN);
        return changed(json, preset(json, "preset"));
    }

    private static Recipe preset(ConfigJson json, String key) {
        return switch (json.text(key, "best")) {
            case "best" -> Recipe.BEST;
            case "published" -> Recipe.PUBLISHED;
            default -> throw json.wrong(key, "must be best or published");
        };
    }

    private static Recipe changed(ConfigJson json, Recipe preset) {
        var presence =
                json.object("presence")
                        .map(inner -> presence(inner, preset.presence()))
                        .orElse(preset.presence());
        return preset.at(
                        json.positive("clip_side", preset.looking().side()),
                        json.positive("surgery_depth", preset.looking().depth()),
                        presence)
                .with(boundaries(json, preset.boundaries()))
                .with(zip(json, preset.zip()))
                .with(rules(json, preset.rules()));
    }

    private static Boundaries boundaries(ConfigJson json, Boundaries preset) {
        var source =
                switch (json.text(BOUNDARIES, preset.source().name().toLowerCase(Locale.ROOT))) {
                    case "trunk" -> Boundaries.Source.TRUNK;
                    case "colours" -> Boundaries.Source.COLOURS;
                    default -> throw json.wrong(BOUNDARIES, "must be trunk or colours");
                };
        return new Boundaries(
                source,
                json.positive("trunk_side", preset.trunkSide()),
                json.positive("colour_side", preset.colourSide()));
    }

    private static Presence presence(ConfigJson json, Presence preset) {
        json.refuseOthers(PRESENCE_KNOWN);
        return new Presence(
                json.number("scale", preset.scale()),
                json.signed("middle", preset.middle()),
                json.number("parts", preset.parts()),
                json.number("least", preset.least()),
                json.positive("most", preset.most()));
    }

    private static ZipSettings zip(ConfigJson json, ZipSettings preset) {
        var clusters = json.integers("clusters");
        if (clusters.stream().anyMatch(count -> count < 1)) {
            throw json.wrong("clusters", "must be a list of positive integers");
        }
        var settings =
                clusters.isEmpty() ? preset : preset.withClusters(clusters.toArray(Integer[]::new));
        return json.has("min_cells") ? settings.withLeast(json.count("min_cells", 0), 0) : settings;
    }

    private static MaskRules rules(ConfigJson json, MaskRules preset) {
        double most = json.number("max_quality", preset.maxQuality());
        if (!(most > 0 && most <= 1)) {
            throw json.wrong("max_quality", "must be above 0 and at most 1");
        }
        return new MaskRules(
                json.number("min_stability", preset.minStability()),
                json.count("min_area", preset.minArea()),
                json.number("min_active", preset.minActive()),
                json.number("min_overlap", preset.minOverlap()),
                most,
                preset.overlapPower(),
                preset.stabilityPower());
    }
}
