package dev.millrace.workers.image;

import dev.millrace.protocol.PictureParameters;
import dev.millrace.protocol.Quality;
import dev.millrace.workers.image.flow.Architecture;
import dev.millrace.workers.image.flow.FlowFacts;
import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.ConfigJson;
import dev.millrace.workers.tensor.ModelNames;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A flow's folder: what the model is, and what {@code millrace.json} says of how it is served.
 *
 * @param most pictures of one job
 * @param guidance where a job says nothing
 * @param denoise where a job says nothing
 * @param quality what {@link Quality#AUTO} means
 */
public record ImageFolder(
        Path path,
        Architecture architecture,
        FlowFacts facts,
        ModelNames names,
        int most,
        double guidance,
        double denoise,
        Quality quality) {
    private static final int MOST = 8;
    private static final double DENOISE = 1;

    /** Reads everything but weights. */
    public static ImageFolder read(Path path) {
        if (!Files.isDirectory(path)) {
            throw new BadModelException(path, "is not a directory");
        }
        var architecture = Flows.of(path);
        var facts = architecture.facts(path);
        var json = ConfigJson.readIfPresent(path.resolve("millrace.json"));
        requireChannels(path, facts.patches().channels());
        return new ImageFolder(
                path,
                architecture,
                facts,
                ModelNames.read(path, json),
                most(json),
                guidance(json, facts),
                bounded(json, "denoise", DENOISE, PictureParameters.MAX_DENOISE),
                quality(json));
    }

    private static void requireChannels(Path path, int channels) {
        if (!Encoder.canWrite(channels)) {
            throw new BadModelException(
                    path.resolve("config.json"), "channels must be 1 or 3, was " + channels);
        }
    }

    private static int most(ConfigJson json) {
        int most = json.positive("max_pictures", MOST);
        if (most > PictureParameters.MAX_COUNT) {
            throw json.wrong("max_pictures", "must be at most " + PictureParameters.MAX_COUNT);
        }
        return most;
    }

    private static double guidance(ConfigJson json, FlowFacts facts) {
        double guidance = bounded(json, "guidance", 0, PictureParameters.MAX_GUIDANCE);
        if (guidance > 0 && facts.classes().isEmpty()) {
            throw json.wrong("guidance", "must be 0 for a model without classes");
        }
        return guidance;
    }

    private static double bounded(ConfigJson json, String key, double otherwise, double most) {
        double value = json.has(key) ? json.number(key) : otherwise;
        if (value > most) {
            throw json.wrong(key, "must be at most " + most);
        }
        return value;
    }

    private static Quality quality(ConfigJson json) {
        return Quality.of(json.text("quality", Quality.MEDIUM.word()))
                .filter(quality -> quality != Quality.AUTO)
                .orElseThrow(() -> json.wrong("quality", "must be low, medium or high"));
    }
}
