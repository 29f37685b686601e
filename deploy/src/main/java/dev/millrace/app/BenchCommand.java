package dev.millrace.app;

import dev.millrace.app.bench.StreamBench;

import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

import java.io.IOException;

/** Measures. */
@Command(
        name = "bench",
        description =
                "Measures on this machine; every figure in the documentation comes from here.",
        mixinStandardHelpOptions = true)
final class BenchCommand {
    @Command(
            description = {
                "From a worker's emit to a client: start, memory, latency, cost of a token, many"
                        + " connections.",
                "Ends in lines RESULT name=number."
            },
            mixinStandardHelpOptions = true)
    void stream(
            @Option(
                            names = "--quick",
                            description =
                                    "Seconds instead of minutes per figure: a look, not a table.")
                    boolean quick)
            throws IOException, InterruptedException {
        new StreamBench(System.out, quick).run();
    }
}
