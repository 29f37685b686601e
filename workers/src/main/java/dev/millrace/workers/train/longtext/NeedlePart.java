package dev.millrace.workers.train.longtext;

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
            double asked = Report.of(sums, Arm.DENSE, "asked");
            table.row(
                    length + " (" + (long) asked + ")",
                    arms.stream()
                            .map(arm ->
                                    "%.2f%% (%.2f%%)"
                                            .formatted(
                                                    100
                                                            * Report.of(sums, arm, "right")
                                                            / Report.of(sums, arm, "asked"),
                                                    100
                                                            * Report.of(sums, arm, "attended")
                                                            / documents))
                            .toList());
            report.result("needle_dense_" + length, Report.of(sums, Arm.DENSE, "right") / asked);
            double ratio = Report.of(sums, Arm.BEST, "right") / Report.of(sums, Arm.DENSE, "right");
            report.result("needle_ratio_" + length, ratio);
            least = Math.min(least, ratio);
            if (length == LongTextBench.LONGEST) {
                report.result(
                        "attended_pct_120k",
                        100 * Report.of(sums, Arm.BEST, "attended") / documents);
            }
        }
        report.result("needle_ratio_min", least);
    }
}
