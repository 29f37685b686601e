package dev.millrace.app;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.train.chronicle.ChronicleTraining;
import dev.millrace.workers.train.chronicle.ChronicleTraining.Architecture;

import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

import java.nio.file.Path;
import java.time.Duration;

/** Trains the chronicle model. */
@Command(
        name = "chronicle",
        description = {
            "Trains the chronicle model, which answers questions about long texts.",
            "Saves a checkpoint every few minutes; --resume goes on from it."
        },
        mixinStandardHelpOptions = true)
final class ChronicleCommand implements Runnable {
    @Option(
            names = "--out",
            defaultValue = "chronicle",
            description = "The model directory to write (default: ${DEFAULT-VALUE}).")
    Path out = Path.of("chronicle");

    @Option(
            names = "--steps",
            defaultValue = "" + ChronicleTraining.STEPS,
            description = "Stops after so many steps (default: ${DEFAULT-VALUE}).")
    long steps;

    @Option(
            names = "--seed",
            defaultValue = "1",
            description = "Of the data and the first weights.")
    long seed;

    @Option(names = "--resume", description = "Goes on from the checkpoint beside --out.")
    boolean resume;

    @Mixin ChronicleOptions how = new ChronicleOptions();

    @Override
    public void run() {
        var options =
                new ChronicleTraining.Options(
                        out,
                        steps,
                        seed,
                        how.tokens,
                        how.rate,
                        resume,
                        how.threads,
                        Devices.named(how.device),
                        Duration.ofMinutes(3));
        var architecture = new Architecture(how.layers, how.rotary, how.theta);
        System.out.println(new ChronicleTraining(options, architecture).run());
    }
}
