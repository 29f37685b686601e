package dev.millrace.workers.train.sampling;

import dev.millrace.workers.train.bench.Findings;
import dev.millrace.workers.train.bench.Report;
import dev.millrace.workers.train.bench.Table;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * When a picture can first be recognised while a worker makes it, and what showing it costs: what
 * the engine itself says of jobs as they are served by default, one at a time.
 */
final class PreviewPart implements Part {
    private static final double ALIKE = 0.5;
    private static final int WARMING = 8;
    private static final int MOST = 6;

    private final ImageBench.Options options;
    private final Report report;

    PreviewPart(ImageBench.Options options, Report report) {
        this.options = options;
        this.report = report;
    }

    @Override
    public void run(Studio studio, Findings findings) {
        int draws = options.many(64, 5);
        var found = findings.get("preview", draws + " draws", () -> measure(draws));
        report.out().printf("%nPreviews that the engine says of a picture, medians of %d%n", draws);
        var columns = List.of("of pictures", "time", "alike", "PSNR to the final one");
        var table = new Table(report.out(), "preview", columns);
        for (int i = 0; i < MOST && found.figures().containsKey(i + ".time"); i++) {
            table.row(
                    Integer.toString(i + 1),
                    List.of(
                            "%.0f %%".formatted(100 * found.figure(i + ".count") / draws),
                            "%.1f %%".formatted(found.figure(i + ".time")),
                            "%.2f".formatted(found.figure(i + ".alike")),
                            "%.1f".formatted(found.figure(i + ".db"))));
        }
        report.result("first_preview_pct", found.figure("first_pct"));
        report.result("preview_cost_pct", found.figure("cost_pct"));
    }

    private Map<String, Double> measure(int draws) {
        var columns = new LinkedHashMap<String, List<Double>>();
        double all = 0;
        double spent = 0;
        try (var atelier = new Atelier(options)) {
            for (int draw = -WARMING; draw < draws; draw++) {
                double before = atelier.previewMillis();
                double began = atelier.computedMillis();
                var sitting = atelier.make(Math.max(0, draw));
                if (draw >= 0) {
                    spent += atelier.previewMillis() - before;
                    all += atelier.computedMillis() - began;
                    note(columns, sitting);
                }
            }
        }
        var figures = new LinkedHashMap<String, Double>();
        columns.forEach((name, values) -> {
            double[] sorted = values.stream().mapToDouble(Double::doubleValue).toArray();
            figures.put(name, Studio.quantile(0.5, sorted));
            if (name.endsWith(".time")) {
                figures.put(name.replace(".time", ".count"), (double) values.size());
            }
        });
        figures.put("cost_pct", 100 * spent / all);
        return figures;
    }

    private static void note(Map<String, List<Double>> columns, Atelier.Sitting sitting) {
        double first = 100;
        for (int i = 0; i < sitting.looks().size(); i++) {
            var look = sitting.looks().get(i);
            double time = 100 * look.millis() / sitting.millis();
            double alike = alike(look.picture(), sitting.picture());
            first = alike >= ALIKE ? Math.min(first, time) : first;
            if (i < MOST) {
                add(columns, i + ".time", time);
                add(columns, i + ".alike", alike);
                add(columns, i + ".db", Studio.psnr(look.picture(), sitting.picture()));
            }
        }
        add(columns, "first_pct", first);
    }

    private static void add(Map<String, List<Double>> columns, String name, double value) {
        columns.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
    }

    /** Pearson's correlation of all values. */
    static double alike(float[] picture, float[] other) {
        double a = 0;
        double b = 0;
        for (int i = 0; i < picture.length; i++) {
            a += picture[i] / (double) picture.length;
            b += other[i] / (double) picture.length;
        }
        double ab = 0;
        double aa = 0;
        double bb = 0;
        for (int i = 0; i < picture.length; i++) {
            ab += (picture[i] - a) * (other[i] - b);
            aa += (picture[i] - a) * (picture[i] - a);
            bb += (other[i] - b) * (other[i] - b);
        }
        return ab / Math.sqrt(Math.max(1e-12, aa * bb));
    }
}
