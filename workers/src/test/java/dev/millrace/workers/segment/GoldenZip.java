package dev.millrace.workers.segment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/**
 * A folder of the golden networks together, whose weights are random: it finds whatever it does.
 */
public final class GoldenZip {
    static final List<String> CLASSES = List.of("ball", "leaf");

    /** Everything is looked for, and small things are things, so that there is something to do. */
    private static final String MANIFEST =
            """
            {"kind": "segment", "id": "scenes", "classes": ["ball", "leaf"], "max_pixels": 100000,
             "recipe": {"clip_side": 32, "surgery_depth": 2, "boundaries": "trunk", "trunk_side": 128,
              "clusters": [4, 6], "min_cells": 2, "presence": {"least": 0}}}
            """;

    /** Words that are not known become the fourth token. */
    private static final String TOKENIZER =
            """
            {"version": "1.0", "normalizer": {"type": "Lowercase"},
             "pre_tokenizer": {"type": "Whitespace"},
             "post_processor": {"type": "TemplateProcessing",
              "single": [{"SpecialToken": {"id": "<s>", "type_id": 0}},
               {"Sequence": {"id": "A", "type_id": 0}},
               {"SpecialToken": {"id": "</s>", "type_id": 0}}],
              "pair": [{"Sequence": {"id": "A", "type_id": 0}},
               {"Sequence": {"id": "B", "type_id": 1}}],
              "special_tokens": {
               "<s>": {"id": "<s>", "ids": [510], "tokens": ["<s>"]},
               "</s>": {"id": "</s>", "ids": [511], "tokens": ["</s>"]}}},
             "model": {"type": "WordLevel", "unk_token": "<unk>",
              "vocab": {"<unk>": 3, "a": 4, "photo": 5, "of": 6, "ball": 7, "leaf": 8,
               "<s>": 510, "</s>": 511}}}
            """;

    private GoldenZip() {}

    public static Path write(Path folder) {
        try {
            copy("clip", folder.resolve("clip"));
            Files.writeString(folder.resolve("clip/tokenizer.json"), TOKENIZER);
            copy("clip/rn", folder.resolve("trunk"));
            copy("sam", folder.resolve("sam"));
            Files.writeString(folder.resolve("millrace.json"), MANIFEST);
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(String golden, Path to) throws IOException {
        Files.createDirectories(to);
        for (var file : List.of("config.json", "model.safetensors")) {
            Files.copy(resource("/goldens/" + golden + '/' + file), to.resolve(file));
        }
    }

    private static Path resource(String name) {
        try {
            return Path.of(Objects.requireNonNull(GoldenZip.class.getResource(name)).toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }
}
