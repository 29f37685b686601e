package dev.millrace.app;

import dev.millrace.workers.train.flow.TarFlowImport;

import org.jspecify.annotations.Nullable;

import picocli.CommandLine.Option;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;

/** What a TarFlow checkpoint does not say of itself. */
final class TarFlowOptions {
    @Option(
            names = "--out",
            description = "The directory to write (default: the file's name without .pth).")
    @Nullable Path out;

    @Option(
            names = "--id",
            description = "The model's id (default: made from the directory's name).")
    @Nullable String id;

    @Option(
            names = "--noise",
            description =
                    "Standard deviation of the noise in training (default: what the file's name"
                            + " ends with, as in afhq_model_8_768_8_8_0.07.pth).")
    @Nullable Double noise;

    @Option(
            names = "--head-width",
            defaultValue = "64",
            description = "Of an attention head (default: ${DEFAULT-VALUE}).")
    int headWidth;

    @Option(
            names = "--channels",
            defaultValue = "3",
            description = "Of the pictures (default: ${DEFAULT-VALUE}).")
    int channels;

    @Option(
            names = "--class-names",
            description = "A file with the name of a class on each line (default: numbers).")
    @Nullable Path classNames;

    Path folder(Path file) {
        if (out != null) {
            return out;
        }
        var name = String.valueOf(file.getFileName());
        return file.resolveSibling(
                name.endsWith(".pth") ? name.substring(0, name.length() - 4) : name + ".model");
    }

    String id(Path folder) {
        if (id != null) {
            return id;
        }
        var name = String.valueOf(folder.getFileName()).toLowerCase(Locale.ROOT);
        return name.replaceAll("[^a-z0-9]+", "-");
    }

    TarFlowImport importing(Path file) throws IOException {
        double known = noise == null ? TarFlowImport.noiseIn(file) : noise;
        if (known < 0) {
            throw new IllegalArgumentException(
                    "--noise must be given: the name of " + file + " does not say it");
        }
        var names = classNames == null ? List.<String>of() : Files.readAllLines(classNames);
        return new TarFlowImport(channels, headWidth, known, names);
    }
}
