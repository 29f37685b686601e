package dev.millrace.workers.segment;

import dev.millrace.protocol.PictureFile;
import dev.millrace.protocol.SegmentationParameters;
import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.ConfigJson;
import dev.millrace.workers.tensor.ModelNames;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A folder with CLIP, its residual network and SAM below it: what {@code millrace.json} says of how
 * they are served.
 *
 * @param classes that are looked for where a job names none
 * @param maxPixels of a picture
 * @param most masks of one job
 * @param minScore where a job says nothing
 */
public record SegmentFolder(
        Path path,
        ModelNames names,
        List<String> classes,
        int maxPixels,
        int most,
        double minScore,
        Recipe recipe) {
    private static final int PIXELS = 1 << 22;

    public SegmentFolder {
        classes = List.copyOf(classes);
    }

    /** Reads everything but weights. */
    public static SegmentFolder read(Path path) {
        if (!Files.isDirectory(path)) {
            throw new BadModelException(path, "is not a directory");
        }
        var json = ConfigJson.readIfPresent(path.resolve("millrace.json"));
        return new SegmentFolder(
                path,
                ModelNames.read(path, json),
                classes(json),
                maxPixels(json),
                most(json),
                minScore(json),
                RecipeJson.read(json));
    }

    private static List<String> classes(ConfigJson json) {
        var classes = json.texts("classes");
        if (classes.size() > SegmentationParameters.MAX_CLASSES
                || classes.stream().distinct().count() < classes.size()
                || classes.stream().anyMatch(SegmentFolder::isNoName)) {
            throw json.wrong(
                    "classes",
                    "must be at most %d names of 1..%d characters, each once"
                            .formatted(
                                    SegmentationParameters.MAX_CLASSES,
                                    SegmentationParameters.MAX_NAME));
        }
        return classes;
    }

    private static boolean isNoName(String name) {
        return name.isBlank() || name.length() > SegmentationParameters.MAX_NAME;
    }

    private static int maxPixels(ConfigJson json) {
        int pixels = json.positive("max_pixels", PIXELS);
        if (pixels > PictureFile.MAX_SIDE * PictureFile.MAX_SIDE) {
            throw json.wrong(
                    "max_pixels", "must be at most " + PictureFile.MAX_SIDE * PictureFile.MAX_SIDE);
        }
        return pixels;
    }

    private static int most(ConfigJson json) {
        int most = json.positive("max_masks", SegmentationParameters.MAX_MASKS);
        if (most > SegmentationParameters.MAX_MASKS) {
            throw json.wrong("max_masks", "must be at most " + SegmentationParameters.MAX_MASKS);
        }
        return most;
    }

    private static double minScore(ConfigJson json) {
        double score = json.number("min_score", 0);
        if (score > 1) {
            throw json.wrong("min_score", "must be at most 1");
        }
        return score;
    }
}
