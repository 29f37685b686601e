package dev.millrace.workers.train.longtext;

import dev.millrace.workers.train.bench.Findings;
import dev.millrace.workers.train.bench.Findings.Finding;
import dev.millrace.workers.train.bench.Report;
import dev.millrace.workers.train.bench.Table;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** How long a step takes by the tokens before it. */
final class DecodePart implements Part {
    private static final int INTERVAL = 112_640; // where the paper's last interval begins
    private static final int SHORT = 8192;

    private final LongTextBench.Options options;
    private final Report report;

    DecodePart(LongTextBench.Options options, Report report) {
        this.options = options;
        this.report = report;
    }

    @Override
    public void run(Bench bench, Findings findings) {
        var arms = List.of(Arm.DENSE, Arm.DENSE_LIBTORCH, Arm.BEST, Arm.PAPER);
        var lengths = options.isQuick() ? List.of(512, SHORT, 32_768) : decodeLengths();
        int repeats = options.isQuick() ? 2 : 5;
        int steps = options.isQuick() ? 64 : 256;
        report.out()
                .println("\nMilliseconds of a decode step (median; p25-p75), batch 1, one thread");
        var table = new Table(report.out(), "tokens", arms.stream().map(Arm::name).toList());
        Map<Integer, Finding> byLength = new LinkedHashMap<>();
        for (int length : lengths) {
            var name = length + " x" + repeats * steps;
            var measure = new DecodeMeasure(bench);
            var found =
                    findings.get(
                            "decode", name, () -> measure.measure(length, arms, repeats, steps));
            byLength.put(length, found);
            table.row(
                    Integer.toString(length),
                    arms.stream()
                            .map(arm ->
                                    "%.3f (%.3f-%.3f)"
                                            .formatted(
                                                    found.figure(arm.name() + ".ms"),
                                                    found.figure(arm.name() + ".ms_p25"),
                                                    found.figure(arm.name() + ".ms_p75")))
                            .toList());
        }
        speedups(byLength);
    }

    private static List<Integer> decodeLengths() {
        return List.of(
                512, 2048, 4096, SHORT, 16_384, 32_768, 65_536, INTERVAL, LongTextBench.LONGEST);
    }

    private void speedups(Map<Integer, Finding> byLength) {
        report.result("decode8k_speedup", ratio(at(byLength, SHORT), Arm.BEST));
        if (!options.isQuick()) {
            for (var arm : List.of(Arm.BEST, Arm.PAPER)) {
                var name = arm.name().equals("best") ? "" : "_" + arm.name();
                var interval = List.of(INTERVAL, LongTextBench.LONGEST);
                double dense = interval.stream().mapToDouble(n -> dense(at(byLength, n))).sum();
                double selecting =
                        interval.stream().mapToDouble(n -> millis(at(byLength, n), arm)).sum();
                report.result("decode120k_speedup" + name, dense / selecting);
                report.result("decode0_120k_speedup" + name, integrated(byLength, arm));
            }
        }
    }

    private static Finding at(Map<Integer, Finding> byLength, int length) {
        return Objects.requireNonNull(byLength.get(length));
    }

    private static double ratio(Finding found, Arm arm) {
        return dense(found) / millis(found, arm);
    }

    private static double millis(Finding found, Arm arm) {
        return found.figure(arm.name() + ".ms");
    }

    /** Of the faster of the ways to see everything. */
    private static double dense(Finding found) {
        return Math.min(millis(found, Arm.DENSE), millis(found, Arm.DENSE_LIBTORCH));
    }

    /** Time of all steps from the first to the last, dense over selecting: trapezoids. */
    private static double integrated(Map<Integer, Finding> byLength, Arm arm) {
        double dense = 0;
        double selecting = 0;
        var lengths = new ArrayList<>(byLength.keySet());
        for (int i = 1; i < lengths.size(); i++) {
            var one = at(byLength, lengths.get(i - 1));
            var other = at(byLength, lengths.get(i));
            double width = (double) lengths.get(i) - lengths.get(i - 1);
            dense += width * (dense(one) + dense(other)) / 2;
            selecting += width * (millis(one, arm) + millis(other, arm)) / 2;
        }
        return dense / selecting;
    }
}
