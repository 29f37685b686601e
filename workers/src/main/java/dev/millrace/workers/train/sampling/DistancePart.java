package dev.millrace.workers.train.sampling;

import dev.millrace.workers.image.flow.Guidance;
import dev.millrace.workers.train.bench.Findings;
import dev.millrace.workers.train.bench.Report;
import dev.millrace.workers.train.bench.Table;
import dev.millrace.workers.train.pictures.PictureJudge;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Fréchet's distance from drawn pictures, in a small classifier's features, of pictures that are
 * made one token after another and of those of windows.
 */
final class DistancePart implements Part {
    private static final int REFERENCE = 8192;

    private final ImageBench.Options options;
    private final Report report;
    private Optional<PictureJudge> judge = Optional.empty();
    private Optional<PictureJudge.Sight> drawn = Optional.empty();

    DistancePart(ImageBench.Options options, Report report) {
        this.options = options;
        this.report = report;
    }

    @Override
    public void run(Studio studio, Findings findings) {
        int pictures = options.many(2000, 32);
        int seeds = options.many(3, 2);
        var arms = List.of(studio.sequential(), studio.windowed());
        report.out()
                .printf("%nFréchet's distance from drawn pictures, %d pictures each%n", pictures);
        List<List<Double>> all = new ArrayList<>();
        for (var arm : arms) {
            var distances = new ArrayList<Double>();
            for (int seed = 1; seed <= seeds; seed++) {
                int each = 100 + seed;
                var found =
                        findings.get(
                                "distance",
                                arm.name() + ", seed " + seed + ", " + pictures,
                                () -> measure(studio, arm, each, pictures));
                distances.add(found.figure("distance"));
            }
            all.add(distances);
        }
        judge.ifPresent(PictureJudge::close);
        print(arms, all);
    }

    private void print(List<Arm> arms, List<List<Double>> all) {
        var table = new Table(report.out(), "arm", List.of("each seed", "mean"));
        for (int i = 0; i < arms.size(); i++) {
            table.row(
                    arms.get(i).name(),
                    List.of(
                            String.join(", ", all.get(i).stream().map("%.3f"::formatted).toList()),
                            "%.3f".formatted(mean(all.get(i)))));
        }
        var sequential = all.getFirst();
        report.result("fid_sequential", mean(sequential));
        report.result("fid_fast", mean(all.getLast()));
        report.result(
                "fid_spread",
                sequential.stream().mapToDouble(Double::doubleValue).max().orElseThrow()
                        - sequential.stream().mapToDouble(Double::doubleValue).min().orElseThrow());
    }

    private static double mean(List<Double> values) {
        return values.stream().mapToDouble(Double::doubleValue).average().orElseThrow();
    }

    private Map<String, Double> measure(Studio studio, Arm arm, int seed, int pictures) {
        var eye = judge();
        var reference = drawn.orElseGet(() -> eye.drawn(0, options.many(REFERENCE, 512)));
        drawn = Optional.of(reference);
        var made = studio.makeMany(arm, seed, pictures, Guidance.NONE);
        var sight = eye.look(made, 0);
        var figures = new LinkedHashMap<String, Double>();
        figures.put("distance", sight.distance(reference));
        figures.put("recognised", sight.recognised());
        report.out().printf("  %s, seed %d: done%n", arm.name(), seed);
        return figures;
    }

    private PictureJudge judge() {
        var one =
                judge.orElseGet(() -> new PictureJudge(options.device(), options.many(3000, 600)));
        judge = Optional.of(one);
        return one;
    }
}
