package dev.millrace.workers.train.energy;

import dev.millrace.workers.text.kv.Look;
import dev.millrace.workers.train.bench.Report;
import dev.millrace.workers.train.bench.Table;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

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

    /** Ways to look at a text. */
    record Arms(Look dense, Look chunk, Look eco) {
        List<Look> all() {
            return List.of(dense, chunk, eco);
        }
    }

    /** Of each arm, the times of its steps in milliseconds. */
    private record Times(List<Double> dense, List<Double> chunk, List<Double> eco) {
        Times() {
            this(new ArrayList<>(), new ArrayList<>(), new ArrayList<>());
        }
    }

    void run(TimedDecoder decoder, Arms arms) {
        var table =
                new Table(
                        report.out(),
                        "tokens before it",
                        List.of(
                                "dense, ms",
                                "chunk, ms",
                                "eco, ms",
                                "dense / eco",
                                "chunk / eco",
                                "a job's memory, dense",
                                "chunk",
                                "eco"));
        warm(decoder, arms);
        for (int context : contexts) {
            row(table, context, decoder, arms);
        }
        report.out().println();
        joules(decoder, arms);
    }

    private static void warm(TimedDecoder decoder, Arms arms) {
        for (int round = 0; round < WARM; round++) {
            decoder.times(WARM, WARM, arms.dense());
        }
        decoder.times(WARM * WARM, WARM * WARM, arms.chunk());
        decoder.times(WARM * WARM, WARM * WARM, arms.eco());
    }

    private void row(Table table, int context, TimedDecoder decoder, Arms arms) {
        var times = times(context, decoder, arms);
        double dense = median(times.dense());
        double chunk = median(times.chunk());
        double eco = median(times.eco());
        var cells = new ArrayList<String>();
        Stream.of(dense, chunk, eco).map("%.3f"::formatted).forEach(cells::add);
        Stream.of(dense / eco, chunk / eco).map("%.2f"::formatted).forEach(cells::add);
        arms.all().forEach(arm -> cells.add("%,d".formatted(decoder.bytes(context, arm))));
        table.row("%,d".formatted(context), cells);
        if (context == SPEED_AT) {
            report.result("decode120k_speedup", dense / eco);
            report.result("decode120k_beside_chunk", chunk / eco);
        }
        if (context == MEMORY_AT) {
            double ecoBytes = decoder.bytes(context, arms.eco());
            report.result(
                    "state_memory_ratio_32k", ecoBytes / decoder.bytes(context, arms.dense()));
        }
    }

    /** A first round is not counted: meanwhile code is compiled for texts of this length. */
    private Times times(int context, TimedDecoder decoder, Arms arms) {
        round(context, decoder, arms, new Times());
        var times = new Times();
        for (int round = 0; round < rounds; round++) {
            round(context, decoder, arms, times);
        }
        return times;
    }

    private void round(int context, TimedDecoder decoder, Arms arms, Times times) {
        times.dense().addAll(decoder.times(context, steps, arms.dense()));
        times.chunk().addAll(decoder.times(context, steps, arms.chunk()));
        times.eco().addAll(decoder.times(context, steps, arms.eco()));
    }

    private void joules(TimedDecoder decoder, Arms arms) {
        var counter = Joules.find();
        if (counter.isEmpty()) {
            report.out()
                    .println(
                            "This machine shows no counter of energy (RAPL): joules are not"
                                    + " measured.");
            return;
        }
        int context = contexts.getLast();
        var names = List.of("dense", "chunk", "eco");
        for (int arm = 0; arm < names.size(); arm++) {
            var spent = decoder.spent(context, steps, arms.all().get(arm), counter.get()::read);
            double joules = spent.stream().mapToDouble(each -> each).sum();
            report.out()
                    .printf(
                            "Measured, package, %s, with what else the machine did: %.3f mJ a"
                                    + " token%n",
                            names.get(arm), 1e3 * joules / steps);
        }
    }

    private static double median(List<Double> times) {
        return times.stream().sorted().toList().get(times.size() / 2);
    }
}
