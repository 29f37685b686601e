package dev.millrace.workers.train.sampling;

import dev.millrace.workers.train.bench.Findings;
import dev.millrace.workers.train.bench.Findings.Finding;
import dev.millrace.workers.train.bench.Report;
import dev.millrace.workers.train.bench.Table;

import java.util.List;
import java.util.Locale;

/**
 * What sweeps bring at the shape of the published models, where one token at a time reads all
 * weights for little arithmetic; with random weights and the numbers of sweeps that are known.
 */
final class PublishedPart implements Part {
    private final ImageBench.Options options;
    private final Report report;

    PublishedPart(ImageBench.Options options, Report report) {
        this.options = options;
        this.report = report;
    }

    @Override
    public void run(Studio studio, Findings findings) {
        var counts = findings.get("counts", "window", () -> SweepCounts.measure(studio, options));
        var found =
                findings.get("published", "bf16", () -> new PublishedMeasure(options).measure());
        double token = found.figure("token_ms");
        double sequential = PublishedMeasure.BLOCKS * (PublishedMeasure.TOKENS - 1) * token;
        report.out()
                .printf(
                        Locale.ROOT,
                        "%nAt the shape of the published models (patch 4, width 1024, 8 blocks of 8"
                                + " layers, 1024 tokens), bf16, a batch of 1.%nRandom weights, one"
                                + " block; a token is the mean of %d in the middle of it.%n",
                        PublishedMeasure.SAMPLED);
        var table =
                new Table(report.out(), "arm", List.of("ms", "times as fast", "token forwards"));
        table.row("sequential", row(sequential, sequential, 1));
        double published = published(found);
        table.row("[6-8-32-10] as published", row(published, sequential, publishedWork()));
        report.result("published_strategy_speedup", sequential / published);
        double best = 0;
        for (int width : PublishedMeasure.WIDTHS) {
            double sweeps = sweeps(counts, width);
            double ms = sweeps * found.figure("sweep_" + width + "_ms");
            double work = sweeps * width / (PublishedMeasure.BLOCKS * PublishedMeasure.TOKENS);
            table.row("window of " + width, row(ms, sequential, work));
            best = Math.max(best, sequential / ms);
        }
        report.result("published_shape_speedup", best);
        limit(found);
    }

    private static List<String> row(double ms, double sequential, double work) {
        return List.of(
                "%.0f".formatted(ms), "%.2f".formatted(sequential / ms), "%.1f".formatted(work));
    }

    private static double published(Finding found) {
        return 8 * 32 * found.figure("sweep_128_ms")
                + 10 * (PublishedMeasure.BLOCKS - 1) * found.figure("sweep_1023_ms");
    }

    private static double publishedWork() {
        return (32.0 + 10 * (PublishedMeasure.BLOCKS - 1)) / PublishedMeasure.BLOCKS;
    }

    /** As many for each token of the longer sequence as for each of the shorter one. */
    private static double sweeps(Finding counts, int width) {
        return counts.figure("sweeps_" + width) * PublishedMeasure.TOKENS / counts.figure("tokens");
    }

    private void limit(Finding found) {
        double flops = 2 * PublishedMeasure.weights();
        double bytes = 2 * PublishedMeasure.weights();
        double compute = flops / found.figure("gemm_gflops") / 1e6;
        double read = bytes / found.figure("read_gbps") / 1e6;
        report.out()
                .printf(
                        Locale.ROOT,
                        "Limit: a token's weights are read in %.2f ms at %.1f GB/s; its arithmetic"
                            + " takes %.2f ms at %.0f GFLOP/s: with w times the token forwards of"
                            + " sequential no way is more than %.1f / w times as fast.%n",
                        read,
                        found.figure("read_gbps"),
                        compute,
                        found.figure("gemm_gflops"),
                        read / compute);
        report.result("published_limit", read / compute);
    }
}
