package dev.millrace.app;

import dev.millrace.workers.text.kv.eco.EcoHashes;
import dev.millrace.workers.text.kv.eco.EcoSettings;
import dev.millrace.workers.train.eco.EcoTraining;
import dev.millrace.workers.train.eco.TableShape;
import dev.millrace.workers.train.energy.EnergyBench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Makes tails for a decoder. */
@Command(
        name = "eco",
        description = {
            "Makes hashes and gates for a decoder, which itself stays as it is, with the .txt files"
                    + " of a folder: attention whose memory does not grow with the text.",
            "Writes eco.safetensors into the model's directory. Prints how often the next token is"
                    + " right beyond the window, in texts that were not learned from and in texts"
                    + " that say the same twice: as the decoder is, with the window alone, and with"
                    + " tails; and what a token costs."
        },
        mixinStandardHelpOptions = true)
final class EcoCommand implements Runnable {
    @Option(names = "--model", required = true, description = "The model directory.")
    Path model = Path.of(".");

    @Option(names = "--corpus", required = true, description = "A folder of .txt files.")
    Path corpus = Path.of(".");

    @Option(
            names = "--tokens",
            defaultValue = "1024",
            description = "Of a row of text (default: ${DEFAULT-VALUE}).")
    int tokens;

    @Option(
            names = "--window",
            defaultValue = "256",
            description =
                    "Newest tokens seen exactly; eco.window in millrace.json must say the same"
                            + " (default: ${DEFAULT-VALUE}).")
    int window;

    @Option(
            names = "--sinks",
            defaultValue = "4",
            description =
                    "First tokens seen exactly; as eco.sinks there (default: ${DEFAULT-VALUE}).")
    int sinks;

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

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Of everything that is drawn (default: ${DEFAULT-VALUE}).")
    long seed;

    @Override
    public void run() {
        var settings = new EcoSettings(window, sinks);
        var shape =
                tables == 0
                        ? Optional.<TableShape>empty()
                        : Optional.of(new TableShape(tables, bits, tableBits, buckets, seed));
        var out = model.resolve(EcoHashes.FILE);
        var options =
                new EcoTraining.Options(
                        out,
                        settings,
                        bits,
                        anchors,
                        shape,
                        layerSteps,
                        wholeSteps,
                        tableSteps,
                        seed,
                        1);
        var report = EcoTraining.run(model, corpus, tokens, options);
        arm("dense", report.dense());
        arm("window", report.window());
        arm("eco", report.eco());
        if (!settings.equals(EcoSettings.USUAL)) {
            System.out.printf(
                    "Put this into %s: \"eco\": {\"window\": %d, \"sinks\": %d}%n",
                    model.resolve("millrace.json"), window, sinks);
        }
        var cost = new EnergyBench.Options(model, List.of(tokens, 4096), window, true);
        new EnergyBench(cost, System.out, Results::say).runCost();
    }

    private static void arm(String name, EcoTraining.Arm arm) {
        Results.say(name + "_accuracy_pct", arm.accuracyPercent());
        Results.say(name + "_nats", arm.nats());
        Results.say(name + "_recall_pct", arm.recallPercent());
    }
}
