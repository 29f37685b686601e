package dev.millrace.workers.train.sampling;

import dev.millrace.workers.image.flow.Guidance;
import dev.millrace.workers.train.bench.Findings;
import dev.millrace.workers.train.bench.Report;
import dev.millrace.workers.train.bench.ResidentMemory;

import java.util.LinkedHashMap;
import java.util.Map;

/** Whether memory grows with the pictures that were made. */
final class MemoryPart implements Part {
    private final ImageBench.Options options;
    private final Report report;

    MemoryPart(ImageBench.Options options, Report report) {
        this.options = options;
        this.report = report;
    }

    @Override
    public void run(Studio studio, Findings findings) {
        int pictures = options.many(200, 20);
        var found = findings.get("memory", pictures + " pictures", () -> measure(studio, pictures));
        report.out()
                .printf(
                        "%nResident memory after the first pictures and after %d more: %.0f MiB,"
                                + " %+.2f %%; at most %.0f MiB%n",
                        pictures,
                        found.figure("rss_mib"),
                        found.figure("growth_pct"),
                        found.figure("peak_mib"));
        report.result("memory_growth_pct", found.figure("growth_pct"));
        report.result("memory_peak_mib", found.figure("peak_mib"));
    }

    private static Map<String, Double> measure(Studio studio, int pictures) {
        make(studio, Math.max(4, pictures / 10));
        double before = ResidentMemory.mebibytes();
        make(studio, pictures);
        var figures = new LinkedHashMap<String, Double>();
        figures.put("rss_mib", before);
        figures.put("growth_pct", 100 * (ResidentMemory.mebibytes() / before - 1));
        figures.put("peak_mib", ResidentMemory.peakMebibytes());
        return figures;
    }

    private static void make(Studio studio, int pictures) {
        for (int i = 0; i < pictures; i++) {
            studio.make(studio.fast(1), studio.request(3, i, 1, Guidance.NONE, 1));
        }
    }
}
