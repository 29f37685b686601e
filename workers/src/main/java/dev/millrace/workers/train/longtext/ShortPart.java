package dev.millrace.workers.train.longtext;

import dev.millrace.workers.text.kv.chunk.ChunkSettings;
import dev.millrace.workers.train.bench.Findings;
import dev.millrace.workers.train.bench.Report;
import dev.millrace.workers.train.bench.Table;
import dev.millrace.workers.train.longtext.Arm.Adapters;
import dev.millrace.workers.train.longtext.Arm.Way;

import java.util.LinkedHashMap;
import java.util.List;

/**
 * Whether selecting harms where it is not needed: short texts, of whose chunks a part is seen
 * (ChunkLLM's table 3: 45 %). Served models see all of such texts.
 */
final class ShortPart implements Part {
    private static final int LENGTH = 512;
    private static final int CHUNKS = 44; // of a text of that length, about
    private static final int LOCAL = 4;
    private static final int MOST = CHUNKS * 45 / 100 - LOCAL;

    private final LongTextBench.Options options;
    private final Report report;

    ShortPart(LongTextBench.Options options, Report report) {
        this.options = options;
        this.report = report;
    }

    @Override
    public void run(Bench bench, Findings findings) {
        var arms =
                List.of(
                        Arm.DENSE,
                        Arm.scored("best-short", shortened(ChunkSettings.BEST)),
                        new Arm(
                                "paper-short",
                                Adapters.PAPER,
                                Way.SCORED,
                                shortened(ChunkSettings.PAPER)));
        int documents = Math.ceilDiv(options.questions(), NeedleMeasure.questions(LENGTH));
        var sums = new LinkedHashMap<String, Double>();
        for (int document = 0; document < documents; document++) {
            int seed = document;
            findings.get(
                            "short",
                            LENGTH + " document " + document,
                            () -> new NeedleMeasure(bench).measure(LENGTH, seed, arms, LENGTH))
                    .figures()
                    .forEach((name, figure) -> sums.merge(name, figure, Double::sum));
        }
        report.out().printf("%nTexts of %d tokens, 45 %% of their chunks%n", LENGTH);
        var table = new Table(report.out(), "arm", List.of("right", "attended"));
        for (var arm : arms) {
            double right = arm.of(sums, "right") / arm.of(sums, "asked");
            table.row(
                    arm.name(),
                    List.of(
                            "%.2f%%".formatted(100 * right),
                            "%.1f%%".formatted(100 * arm.of(sums, "attended") / documents)));
            report.result("short_" + arm.name(), right);
        }
    }

    private static ChunkSettings shortened(ChunkSettings settings) {
        return settings.withMost(MOST, LOCAL).withDenseBelow(0);
    }
}
