package dev.millrace.workers.train.sampling;

import dev.millrace.workers.image.flow.Guidance;
import dev.millrace.workers.train.bench.Findings;
import dev.millrace.workers.train.bench.Report;
import dev.millrace.workers.train.bench.Table;
import dev.millrace.workers.train.pictures.PictureJudge;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How many guided pictures are taken for what they should show. */
final class ClassesPart implements Part {
    private static final List<Double> WEIGHTS = List.of(0.0, 1.0, 2.0, 3.0);

    private final ImageBench.Options options;
    private final Report report;

    ClassesPart(ImageBench.Options options, Report report) {
        this.options = options;
        this.report = report;
    }

    @Override
    public void run(Studio studio, Findings findings) {
        int pictures = options.many(512, 64);
        var found =
                findings.get("classes", pictures + " pictures", () -> measure(studio, pictures));
        report.out()
                .printf(
                        "%nTaken for what they should show, of %d pictures each; of drawn ones"
                                + " %.2f %%%n",
                        pictures, found.figure("drawn_pct"));
        var table = new Table(report.out(), "guidance", List.of("recognised"));
        for (double weight : weights()) {
            table.row(
                    Double.toString(weight),
                    List.of("%.2f %%".formatted(found.figure(weight + ".pct"))));
        }
        report.result("classifier_drawn_pct", found.figure("drawn_pct"));
        report.result("class_accuracy_pct", found.figure(Studio.GUIDANCE + ".pct"));
    }

    private List<Double> weights() {
        return options.isQuick() ? List.of(0.0, Studio.GUIDANCE) : WEIGHTS;
    }

    private Map<String, Double> measure(Studio studio, int pictures) {
        var figures = new LinkedHashMap<String, Double>();
        try (var judge = new PictureJudge(options.device(), options.many(3000, 600))) {
            figures.put("drawn_pct", 100 * judge.drawn(0, options.many(4000, 400)).recognised());
            for (double weight : weights()) {
                var guidance = new Guidance(weight, 1, true, Guidance.Target.BOTH);
                var made = studio.makeMany(studio.fast(1), 4, pictures, guidance);
                figures.put(weight + ".pct", 100 * judge.look(made, 0).recognised());
                report.out().printf("  guidance %s is done%n", weight);
            }
        }
        return figures;
    }
}
