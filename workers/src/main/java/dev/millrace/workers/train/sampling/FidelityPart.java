package dev.millrace.workers.train.sampling;

import dev.millrace.workers.image.flow.Guidance;
import dev.millrace.workers.train.bench.Findings;
import dev.millrace.workers.train.bench.Report;
import dev.millrace.workers.train.bench.Table;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How near pictures are to the f32 sequential ones of the same noise. */
final class FidelityPart implements Part {
    private final ImageBench.Options options;
    private final Report report;

    FidelityPart(ImageBench.Options options, Report report) {
        this.options = options;
        this.report = report;
    }

    @Override
    public void run(Studio studio, Findings findings) {
        int draws = options.many(64, 5);
        var arms =
                List.of(
                        studio.windowed(),
                        studio.fast(1),
                        studio.rough(),
                        studio.roughSequential(),
                        studio.published());
        var found = findings.get("fidelity", draws + " draws", () -> measure(studio, arms, draws));
        report.out().printf("%nPSNR in dB from the sequential picture in f32, %d draws%n", draws);
        var table = new Table(report.out(), "arm", List.of("median", "10th percentile"));
        for (var arm : arms) {
            table.row(
                    arm.name(),
                    List.of(
                            "%.1f".formatted(found.figure(arm.name() + ".db")),
                            "%.1f".formatted(found.figure(arm.name() + ".db_p10"))));
        }
        report.result("psnr_db", found.figure(studio.fast(1).name() + ".db"));
        report.result("psnr_db_p10", found.figure(studio.fast(1).name() + ".db_p10"));
    }

    private static Map<String, Double> measure(Studio studio, List<Arm> arms, int draws) {
        var decibels = new double[arms.size()][draws];
        for (int draw = 0; draw < draws; draw++) {
            var request = studio.request(2, draw, 1, Guidance.NONE, 1);
            float[] exact = studio.make(studio.sequential(), request).getFirst();
            for (int i = 0; i < arms.size(); i++) {
                float[] made = studio.make(arms.get(i), request).getFirst();
                decibels[i][draw] = Studio.psnr(made, exact);
            }
        }
        var figures = new LinkedHashMap<String, Double>();
        for (int i = 0; i < arms.size(); i++) {
            figures.put(arms.get(i).name() + ".db", Studio.quantile(0.5, decibels[i]));
            figures.put(arms.get(i).name() + ".db_p10", Studio.quantile(0.1, decibels[i]));
        }
        return figures;
    }
}
