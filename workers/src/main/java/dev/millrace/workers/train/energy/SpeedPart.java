package dev.millrace.workers.train.energy;

import dev.millrace.workers.text.kv.eco.Tailing;
import dev.millrace.workers.train.bench.Report;
import dev.millrace.workers.train.bench.Table;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Time, memory and, where the machine tells, joules of one token by context. */
final class SpeedPart {
    private static final int MEMORY_AT = 32_768;
    private static final int SPEED_AT = 122_880; // the longest texts of the long-text tables
    private static final int WARM = 64;

    private final Report report;
    private final List<Integer> contexts;
    private final int rounds;
    private final int steps;

    SpeedPart(Report report, List<Integer> contexts, boolean isQuick) {
        this.report = report;
        this.contexts = contexts;
        this.rounds = isQuick ? 2 : 8;
        this.steps = isQuick ? 16 : 64;
    }

    void run(MeteredDecoder decoder, Tailing tailing) {
        var table =
                new Table(
                        report.out(),
                        "tokens before it",
                        List.of(
                                "dense, ms",
                                "eco, ms",
                                "dense / eco",
                                "a job's memory, dense",
                                "eco"));
        warm(decoder, tailing);
        for (int context : contexts) {
            row(table, context, decoder, tailing);
        }
        report.out().println();
        joules(decoder, tailing);
    }

    private static void warm(MeteredDecoder decoder, Tailing tailing) {
        for (int round = 0; round < WARM; round++) {
            decoder.times(WARM, WARM, Optional.empty());
        }
        decoder.times(WARM * WARM, WARM * WARM, Optional.of(tailing));
    }

    private void row(Table table, int context, MeteredDecoder decoder, Tailing tailing) {
        var dense = new ArrayList<Double>();
        var eco = new ArrayList<Double>();
        for (int round = 0; round < rounds; round++) {
            dense.addAll(decoder.times(context, steps, Optional.empty()));
            eco.addAll(decoder.times(context, steps, Optional.of(tailing)));
        }
        double speedup = median(dense) / median(eco);
        long denseBytes = decoder.bytes(context, Optional.empty());
        long ecoBytes = decoder.bytes(context, Optional.of(tailing));
        table.row(
                "%,d".formatted(context),
                List.of(
                        "%.3f".formatted(median(dense)),
                        "%.3f".formatted(median(eco)),
                        "%.2f".formatted(speedup),
                        "%,d".formatted(denseBytes),
                        "%,d".formatted(ecoBytes)));
        if (context == SPEED_AT) {
            report.result("decode120k_speedup", speedup);
        }
        if (context == MEMORY_AT) {
            report.result("state_memory_ratio_32k", (double) ecoBytes / denseBytes);
        }
    }

    private void joules(MeteredDecoder decoder, Tailing tailing) {
        var counter = Joules.find();
        if (counter.isEmpty()) {
            report.out()
                    .println(
                            "This machine shows no counter of energy (RAPL): joules are not"
                                    + " measured.");
            return;
        }
        int context = contexts.getLast();
        for (var arm : List.of(Optional.<Tailing>empty(), Optional.of(tailing))) {
            double before = counter.get().read();
            decoder.times(context, steps, arm);
            report.out()
                    .printf(
                            "Measured, package, %s, with what else the machine did: %.3f mJ a"
                                    + " token%n",
                            arm.isPresent() ? "eco" : "dense",
                            1e3 * (counter.get().read() - before) / steps);
        }
    }

    private static double median(List<Double> times) {
        return times.stream().sorted().toList().get(times.size() / 2);
    }
}
