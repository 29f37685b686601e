package dev.millrace.app;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Finds model directories: those that hold a {@code millrace.json}. */
final class ModelFolders {
    private static final String MARKER = "millrace.json";

    private ModelFolders() {}

    /** The models that ship with Millrace. */
    static Path shipped() {
        return Path.of(System.getProperty("millrace.home", "."), "deploy", "models");
    }

    /**
     * The model directories in a directory, by name; the directory itself if it is one.
     *
     * @throws IllegalArgumentException if there is none
     */
    static List<Path> in(Path directory) {
        if (Files.exists(directory.resolve(MARKER))) {
            return List.of(directory);
        }
        if (!Files.isDirectory(directory)) {
            throw new IllegalArgumentException(
                    "--models must be a directory, was '" + directory + "'");
        }
        try (var children = Files.list(directory)) {
            var found =
                    children.filter(child -> Files.exists(child.resolve(MARKER))).sorted().toList();
            if (found.isEmpty()) {
                throw new IllegalArgumentException(
                        "--models must hold at least one directory with a "
                                + MARKER
                                + ", '"
                                + directory
                                + "' holds none");
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
