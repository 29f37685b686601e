package dev.millrace.workers.train.longtext;

import dev.millrace.workers.train.bench.Findings;
import dev.millrace.workers.train.bench.Report;

import java.util.List;

/** Whether memory grows with the jobs that were done. */
final class MemoryPart implements Part {
    private final LongTextBench.Options options;
    private final Report report;

    MemoryPart(LongTextBench.Options options, Report report) {
        this.options = options;
        this.report = report;
    }

    @Override
    public void run(Bench bench, Findings findings) {
        int jobs = options.isQuick() ? 20 : 50;
        var found =
                findings.get(
                        "memory",
                        jobs + " jobs",
                        () -> new MemoryMeasure(bench).measure(jobs, 3 * jobs));
        report.out()
                .println(
                        "\nMemory after " + jobs + " jobs of mixed lengths, and after " + 4 * jobs);
        List.of("rss_mib", "growth_pct", "arrays_grown")
                .forEach(name -> report.result("memory_" + name, found.figure(name)));
    }
}
