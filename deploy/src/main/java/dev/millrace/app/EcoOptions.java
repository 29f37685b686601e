package dev.millrace.app;

import dev.millrace.workers.text.kv.eco.EcoSettings;
import dev.millrace.workers.train.eco.EcoTraining;
import dev.millrace.workers.train.eco.TableShape;

import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.Optional;

/** How tails are made. */
final class EcoOptions {
    @Option(
            names = "--tokens",
            defaultValue = "1024",
            description = "Of a row of text (default: ${DEFAULT-VALUE}).")
    int tokens;

    @Option(
            names = "--bits",
            defaultValue = "64",
            description = "Of a code, 1 to 64 (default: ${DEFAULT-VALUE}; as published: 16).")
    int bits;

    @Option(
            names = "--anchors",
            defaultValue = "0",
            description =
                    "Of each head, by nearness to which codes are made, as published (25); 0: codes"
                            + " are sides of planes, of which queries have their own (default:"
                            + " ${DEFAULT-VALUE}).")
    int anchors;

    @Option(
            names = "--tables",
            defaultValue = "8",
            description =
                    "Of sums by parts of codes; 0: sums by single bits, as published (default:"
                            + " ${DEFAULT-VALUE}).")
    int tables;

    @Option(
            names = "--table-bits",
            defaultValue = "17",
            description =
                    "Bits of a code that a table looks at; the more, the sharper (default:"
                            + " ${DEFAULT-VALUE}).")
    int tableBits;

    @Option(
            names = "--buckets",
            defaultValue = "256",
            description = "Of each table, a power of two (default: ${DEFAULT-VALUE}).")
    int buckets;

    @Option(
            names = "--layer-steps",
            defaultValue = "200",
            description =
                    "Rows from which each layer learns its own attention (default:"
                            + " ${DEFAULT-VALUE}).")
    long layerSteps;

    @Option(
            names = "--whole-steps",
            defaultValue = "200",
            description =
                    "Rows from which all layers together learn the decoder's next tokens (default:"
                            + " ${DEFAULT-VALUE}).")
    long wholeSteps;

    @Option(
            names = "--table-steps",
            defaultValue = "600",
            description =
                    "Rows from which they learn once more with the very tables (default:"
                            + " ${DEFAULT-VALUE}).")
    long tableSteps;

    EcoTraining.Options options(Path out, EcoSettings settings, long seed) {
        var shape =
                tables == 0
                        ? Optional.<TableShape>empty()
                        : Optional.of(new TableShape(tables, bits, tableBits, buckets, seed));
        return new EcoTraining.Options(
                out, settings, bits, anchors, shape, layerSteps, wholeSteps, tableSteps, seed, 1);
    }
}
