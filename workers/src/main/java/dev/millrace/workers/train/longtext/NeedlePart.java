package dev.millrace.workers.train.longtext;

import dev.millrace.workers.train.bench.Findings;
import dev.millrace.workers.train.bench.Report;
import dev.millrace.workers.train.bench.Table;

import java.util.LinkedHashMap;
import java.util.stream.Stream;

/** How many questions are answered word for word, by length. */
final class NeedlePart implements Part {
    private final LongTextBench.Options options;
    private final Report report;

    NeedlePart(LongTextBench.Options options, Report report) {
        this.options = options;
        this.report = report;
    }

    @Override
    public void run(Bench bench, Findings findings) {
        var arms = Stream.concat(Arm.all().stream(), Arm.ablations().stream()).toList();
        report.out()
                .println("\nQuestions answered word for word (share of the tokens attended to)");
        var table = new Table(report.out(), "tokens", arms.stream().map(Arm::name).toList());
        double least = 1;
        for (int length : options.lengths()) {
            var sums = new LinkedHashMap<String, Double>();
            int documents = Math.ceilDiv(options.questions(), NeedleMeasure.questions(length));
            for (int document = 0; document < documents; document++) {
                int seed = document;
                var found =
                        findings.get(
                                "needles",
                                length + " document " + document,
                                () ->
                                        new NeedleMeasure(bench)
                                                .measure(length, seed, arms, options.questions()));
                found.figures().forEach((name, figure) -> sums.merge(name, figure, Double::sum));
            }
            double asked = Arm.DENSE.of(sums, "asked");
            table.row(
                    length + " (" + (long) asked + ")",
                    arms.stream()
                            .map(arm ->
                                    "%.2f%% (%.2f%%)"
                                            .formatted(
                                                    100
                                                            * arm.of(sums, "right")
                                                            / arm.of(sums, "asked"),
                                                    100 * arm.of(sums, "attended") / documents))
                            .toList());
            report.result("needle_dense_" + length, Arm.DENSE.of(sums, "right") / asked);
            double ratio = Arm.BEST.of(sums, "right") / Arm.DENSE.of(sums, "right");
            report.result("needle_ratio_" + length, ratio);
            least = Math.min(least, ratio);
            if (length == LongTextBench.LONGEST) {
                report.result("attended_pct_120k", 100 * Arm.BEST.of(sums, "attended") / documents);
            }
        }
        report.result("needle_ratio_min", least);
    }
}
