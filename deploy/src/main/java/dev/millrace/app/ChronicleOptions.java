package dev.millrace.app;

import dev.millrace.workers.train.chronicle.ChronicleTraining.Architecture;

import picocli.CommandLine.Option;

/** How and where the chronicle model is trained. */
final class ChronicleOptions {
    @Option(
            names = "--device",
            defaultValue = "auto",
            description = "auto, cpu, gpu or gpuN (default: ${DEFAULT-VALUE}).")
    String device = "auto";

    @Option(
            names = "--layers",
            description = {
                "For each layer rope or none, with a window (:512) if it sees only what is near",
                "(default: ${DEFAULT-VALUE})."
            })
    String layers = Architecture.SHIPPED.layers();

    @Option(
            names = "--rotary",
            description = "Rotated dimensions of a head's 32 (default: ${DEFAULT-VALUE}).")
    int rotary = Architecture.SHIPPED.rotary();

    @Option(
            names = "--theta",
            description = "Base of the rotary embedding (default: ${DEFAULT-VALUE}).")
    double theta = Architecture.SHIPPED.theta();

    @Option(
            names = "--tokens",
            defaultValue = "4096",
            description = "Of each step (default: ${DEFAULT-VALUE}).")
    int tokens;

    @Option(
            names = "--rate",
            defaultValue = "0.003",
            description = "The highest learning rate (default: ${DEFAULT-VALUE}).")
    double rate;

    @Option(
            names = "--threads",
            defaultValue = "1",
            description = "Of the tensor library on the CPU (default: ${DEFAULT-VALUE}).")
    int threads;
}
