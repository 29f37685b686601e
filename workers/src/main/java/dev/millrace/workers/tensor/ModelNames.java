package dev.millrace.workers.tensor;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * What {@code millrace.json} calls a model.
 *
 * @param id its registered name, part of topic names; by default made from the folder's name
 * @param aliases further names that clients may use
 */
public record ModelNames(String id, List<String> aliases) {
    private static final Pattern ID = Pattern.compile("[a-z0-9-]{1,64}");

    public ModelNames {
        aliases = List.copyOf(aliases);
    }

    /** Reads them from a folder's file. */
    public static ModelNames read(Path folder, ConfigJson manifest) {
        var id = manifest.text("id", idOf(folder));
        if (!ID.matcher(id).matches()) {
            throw manifest.wrong("id", "must be 1 to 64 of a-z, 0-9 and -");
        }
        return new ModelNames(id, manifest.texts("aliases"));
    }

    /** The folder's name in the characters a topic may have. */
    private static String idOf(Path folder) {
        var name =
                String.valueOf(folder.toAbsolutePath().normalize().getFileName())
                        .toLowerCase(Locale.ROOT);
        var id = name.replaceAll("[^a-z0-9]+", "-");
        return id.substring(0, Math.min(64, id.length()));
    }

    /** The id first. */
    public List<String> all() {
        return Stream.concat(Stream.of(id), aliases.stream()).toList();
    }
}
