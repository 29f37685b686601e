package dev.millrace.workers.train.longtext;

import dev.millrace.workers.train.bench.Findings;
import dev.millrace.workers.train.bench.Report;
import dev.millrace.workers.train.bench.Table;

import java.util.LinkedHashMap;
import java.util.List;

/** What the tokens at the end of long texts cost. */
final class PerplexityPart implements Part {
    private final LongTextBench.Options options;
    private final Report report;

    PerplexityPart(LongTextBench.Options options, Report report) {
        this.options = options;
        this.report = report;
    }

    @Override
    public void run(Bench bench, Findings findings) {
        int length = options.isQuick() ? 8192 : 32_768;
        int tail = options.isQuick() ? 256 : 2048;
        int texts = options.isQuick() ? 1 : 4;
        var arms = Arm.all();
        var sums = new LinkedHashMap<String, Double>();
        for (int text = 0; text < texts; text++) {
            int seed = text;
            var found =
                    findings.get(
                            "perplexity",
                            length + " x" + tail + " text " + text,
                            () -> new PerplexityMeasure(bench).measure(length, seed, arms, tail));
            found.figures().forEach((name, figure) -> sums.merge(name, figure, Double::sum));
        }
        report.out().printf("%nNats a token at the end of %d texts of %d tokens%n", texts, length);
        var table =
                new Table(
                        report.out(), "arm", List.of("nats", "more than dense", "KL", "attended"));
        double dense = Arm.DENSE.of(sums, "nats") / texts;
        for (var arm : arms) {
            double nats = arm.of(sums, "nats") / texts;
            table.row(
                    arm.name(),
                    List.of(
                            "%.4f".formatted(nats),
                            "%+.4f".formatted(nats - dense),
                            "%.4f".formatted(arm.of(sums, "divergence") / texts),
                            "%.2f%%".formatted(100 * arm.of(sums, "attended") / texts)));
        }
        report.result("dppl_nat", Arm.BEST.of(sums, "nats") / texts - dense);
    }
}
