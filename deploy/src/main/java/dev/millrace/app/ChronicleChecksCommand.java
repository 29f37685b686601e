package dev.millrace.app;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.train.chronicle.ChronicleEvaluation;
import dev.millrace.workers.train.chronicle.corpus.Form;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

import java.nio.file.Path;
import java.util.List;

/** Measures a chronicle model. */
@Command(
        name = "evaluate-chronicle",
        description = {
            "Measures a chronicle model that sees all of a text: right answers by length, depth"
                    + " and kind.",
            "Goes on where it was stopped; what it has found out stands beside the model."
        },
        mixinStandardHelpOptions = true)
final class ChronicleChecksCommand implements Runnable {
    @Parameters(paramLabel = "DIR", description = "The model directory.")
    Path model = Path.of(".");

    @Option(
            names = "--device",
            defaultValue = "auto",
            description = "auto, cpu, gpu or gpuN (default: ${DEFAULT-VALUE}).")
    String device = "auto";

    @Option(
            names = "--type",
            defaultValue = "F32",
            description = "F32 or BF16 (default: ${DEFAULT-VALUE}).")
    ElementType type = ElementType.F32;

    @Option(
            names = "--form",
            defaultValue = "CHAT",
            description = "CHAT or PLAIN (default: ${DEFAULT-VALUE}).")
    Form form = Form.CHAT;

    @Option(
            names = "--lengths",
            split = ",",
            defaultValue = "1024,4096,16384,65536,122880",
            description = "Of texts, in tokens (default: ${DEFAULT-VALUE}).")
    List<Integer> lengths = List.of();

    @Option(
            names = "--questions",
            defaultValue = "600",
            description = "For each length, about (default: ${DEFAULT-VALUE}).")
    int questions;

    @Option(
            names = "--threads",
            defaultValue = "1",
            description = "Of the tensor library on the CPU (default: ${DEFAULT-VALUE}).")
    int threads;

    @Override
    public void run() {
        var options =
                new ChronicleEvaluation.Options(
                        model, Devices.named(device), type, form, lengths, questions, threads);
        new ChronicleEvaluation().evaluate(options, Results::say);
    }
}
