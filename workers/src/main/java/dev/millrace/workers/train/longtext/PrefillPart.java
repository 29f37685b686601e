package dev.millrace.workers.train.longtext;

import dev.millrace.workers.train.bench.Findings;
import dev.millrace.workers.train.bench.Report;
import dev.millrace.workers.train.bench.Table;

import java.util.LinkedHashMap;
import java.util.List;

/** How long a prompt takes to read, and what is known of it then. */
final class PrefillPart implements Part {
    private static final int PROMPT_CHUNKS = 256;

    private final LongTextBench.Options options;
    private final Report report;

    PrefillPart(LongTextBench.Options options, Report report) {
        this.options = options;
        this.report = report;
    }

    @Override
    public void run(Bench bench, Findings findings) {
        int length = options.isQuick() ? 16_384 : LongTextBench.LONGEST;
        int texts = Math.ceilDiv(options.questions(), NeedleMeasure.questions(length));
        var sums = new LinkedHashMap<String, Double>();
        for (int text = 0; text < texts; text++) {
            int seed = text;
            findings.get(
                            "prefill",
                            length + " document " + text,
                            () ->
                                    new PrefillMeasure(bench, PROMPT_CHUNKS)
                                            .measure(length, seed, options.questions()))
                    .figures()
                    .forEach((name, figure) -> sums.merge(name, figure, Double::sum));
        }
        report.out()
                .printf("%nReading %d tokens, and answering then as the best arm does%n", length);
        var table = new Table(report.out(), "prompt", List.of("seconds", "right"));
        double asked = sums.getOrDefault("asked", 0.0);
        for (var way : List.of("dense", "sparse")) {
            double seconds = sums.getOrDefault(way + ".seconds", Double.NaN) / texts;
            double right = sums.getOrDefault(way + ".right", Double.NaN);
            table.row(
                    way,
                    List.of(
                            "%.1f".formatted(seconds),
                            "%.2f%% of %d".formatted(100 * right / asked, (long) asked)));
        }
        double dense = sums.getOrDefault("dense.seconds", Double.NaN);
        report.result(
                length == LongTextBench.LONGEST ? "prefill120k_speedup" : "prefill16k_speedup",
                dense / sums.getOrDefault("sparse.seconds", Double.NaN));
    }
}
