package dev.millrace.app;

import dev.millrace.workers.text.kv.chunk.ChunkAdapters;
import dev.millrace.workers.text.kv.chunk.ChunkSettings;
import dev.millrace.workers.train.adapters.AdapterTraining;
import dev.millrace.workers.train.adapters.Scorers;
import dev.millrace.workers.train.adapters.Teaching;

import picocli.CommandLine.Option;

import java.nio.file.Path;

/** How chunk adapters are trained. */
final class AdapterOptions {
    @Option(names = "--model", required = true, description = "The model directory.")
    Path model = Path.of(".");

    @Option(
            names = "--tokens",
            defaultValue = "2048",
            description = "Of a row of text (default: ${DEFAULT-VALUE}).")
    int tokens;

    @Option(
            names = "--steps",
            defaultValue = "400",
            description = "Rows to learn from (default: ${DEFAULT-VALUE}).")
    long steps;

    @Option(
            names = "--scorers",
            description =
                    "What has adapters and selects for itself: HEADS, or LAYERS as published"
                            + " (default: ${DEFAULT-VALUE}).")
    Scorers scorers = Scorers.HEADS;

    @Option(
            names = "--width",
            defaultValue = "32",
            description = "Of an adapted query or key (default: ${DEFAULT-VALUE}).")
    int width;

    @Option(
            names = "--boundary-layer",
            defaultValue = "0",
            description =
                    "The layer, from 0, whose output tells where sentences end; the first as"
                            + " published (default: ${DEFAULT-VALUE}).")
    int boundaryLayer;

    @Option(
            names = "--keys",
            description =
                    "What a chunk's key is made of: MEAN_AND_ENDS, MEAN or LAST (default:"
                            + " ${DEFAULT-VALUE}).")
    ChunkSettings.Keys keys = ChunkSettings.Keys.MEAN_AND_ENDS;

    @Option(
            names = "--paper",
            description =
                    "Teaches all of a token's attention, as published, not only that to what it"
                            + " does not see anyway.")
    boolean isPaper;

    AdapterTraining.Options options() {
        return new AdapterTraining.Options(
                model.resolve(ChunkAdapters.FILE),
                steps,
                1,
                scorers,
                width,
                boundaryLayer,
                ChunkSettings.PAPER.with(keys),
                isPaper ? Teaching.WHOLE : Teaching.RESIDUAL,
                1);
    }
}
