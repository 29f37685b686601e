package dev.millrace.app;

import dev.millrace.workers.text.kv.eco.EcoHashes;
import dev.millrace.workers.text.kv.eco.EcoSettings;
import dev.millrace.workers.train.eco.EcoTraining;
import dev.millrace.workers.train.energy.EnergyBench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.util.List;

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

    @Mixin EcoOptions how = new EcoOptions();

    @Option(names = "--corpus", required = true, description = "A folder of .txt files.")
    Path corpus = Path.of(".");

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
            names = "--seed",
            defaultValue = "1",
            description = "Of everything that is drawn (default: ${DEFAULT-VALUE}).")
    long seed;

    @Override
    public void run() {
        var settings = new EcoSettings(window, sinks);
        var options = how.options(model.resolve(EcoHashes.FILE), settings, seed);
        var report = EcoTraining.run(model, corpus, how.tokens, options);
        arm("dense", report.dense());
        arm("window", report.window());
        arm("eco", report.eco());
        if (!settings.equals(EcoSettings.USUAL)) {
            System.out.printf(
                    "Put this into %s: \"eco\": {\"window\": %d, \"sinks\": %d}%n",
                    model.resolve("millrace.json"), window, sinks);
        }
        var cost = new EnergyBench.Options(model, List.of(how.tokens, 4096), window, true);
        new EnergyBench(cost, System.out, Results::say).runCost();
    }

    private static void arm(String name, EcoTraining.Arm arm) {
        Results.say(name + "_accuracy_pct", arm.accuracyPercent());
        Results.say(name + "_nats", arm.nats());
        Results.say(name + "_recall_pct", arm.recallPercent());
    }
}
