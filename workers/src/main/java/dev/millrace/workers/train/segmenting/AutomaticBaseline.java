package dev.millrace.workers.train.segmenting;

import dev.millrace.workers.segment.sam.AutomaticSettings;
import dev.millrace.workers.train.bench.Findings;
import dev.millrace.workers.train.bench.Report;
import dev.millrace.workers.train.bench.Table;
import dev.millrace.workers.train.scenes.MiniScene;

import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * SAM's automatic mode at its best: the grid, thresholds and ranking of the highest average
 * precision on validation scenes.
 */
record AutomaticBaseline(SegmentBench.Options options, Report report) {
    static final List<Integer> GRIDS = List.of(8, 16, 32);

    private static final List<Double> POWERS = List.of(0.0, 1.0);
    private static final String AP = "ap";
    private static final String QUALITY = "quality";
    private static final String STABILITY = "stability";
    private static final String OVERLAP = "overlap";
    private static final int BATCH = 64;
    private static final int SCENES = 200;
    private static final int QUICK = 24;
    private static final double POINTS = 100;

    /** The best of all grids and rankings; says what each of them reaches. */
    AutomaticRanking tuned(Gallery gallery, Findings findings) {
        report.out().printf("%nSAM's automatic mode on validation scenes:%n%n");
        var columns = List.of("AP", "least quality", "least stability", "overlap");
        var table = new Table(report.out(), "grid, ranked by", columns);
        for (int side : GRIDS) {
            for (double power : POWERS) {
                var found = found(gallery, findings, side);
                var name = power == 0 ? "quality" : "quality x stability";
                table.row(
                        "%d x %d, %s".formatted(side, side, name),
                        List.of(
                                "%.1f".formatted(POINTS * found.figure(key(power, AP))),
                                "%.2f".formatted(found.figure(key(power, QUALITY))),
                                "%.2f".formatted(found.figure(key(power, STABILITY))),
                                "%.1f".formatted(found.figure(key(power, OVERLAP)))));
            }
        }
        var best =
                best(gallery, findings, POWERS.getFirst()).ap()
                                > best(gallery, findings, POWERS.getLast()).ap()
                        ? best(gallery, findings, POWERS.getFirst())
                        : best(gallery, findings, POWERS.getLast());
        report.result("sam_auto_grid", best.ranking().settings().side());
        return best.ranking();
    }

    /** The best thresholds of one grid in SAM's own order. */
    AutomaticRanking ownOrder(Gallery gallery, Findings findings, int side) {
        return of(found(gallery, findings, side), side, 0).ranking();
    }

    /** The best of all grids in one order. */
    private AutomaticTuning.Best best(Gallery gallery, Findings findings, double power) {
        return GRIDS.stream()
                .map(side -> of(found(gallery, findings, side), side, power))
                .max(Comparator.comparingDouble(AutomaticTuning.Best::ap))
                .orElseThrow();
    }

    /** The best thresholds of one grid, in the order that suits it. */
    AutomaticSettings tuned(Gallery gallery, Findings findings, int side) {
        var found = found(gallery, findings, side);
        return POWERS.stream()
                .map(power -> of(found, side, power))
                .max(Comparator.comparingDouble(AutomaticTuning.Best::ap))
                .orElseThrow()
                .ranking()
                .settings();
    }

    private static AutomaticTuning.Best of(Findings.Finding found, int side, double power) {
        var settings =
                new AutomaticSettings(
                        side,
                        BATCH,
                        found.figure(key(power, QUALITY)),
                        found.figure(key(power, STABILITY)),
                        AutomaticSettings.PUBLISHED.offset(),
                        found.figure(key(power, OVERLAP)));
        return new AutomaticTuning.Best(
                new AutomaticRanking(settings, power), found.figure(key(power, AP)));
    }

    private static String key(double power, String name) {
        return "stability^%.0f %s".formatted(power, name);
    }

    private Findings.Finding found(Gallery gallery, Findings findings, int side) {
        return findings.get("automatic", "grid " + side, () -> tune(gallery, side));
    }

    private Map<String, Double> tune(Gallery gallery, int side) {
        var scenes = gallery.validation(options.many(SCENES, QUICK));
        var candidates = scenes.stream().map(scene -> draw(gallery, scene, side)).toList();
        Map<String, Double> figures = new LinkedHashMap<>();
        for (double power : POWERS) {
            var best = AutomaticTuning.best(candidates, scenes, side, power);
            var settings = best.ranking().settings();
            figures.put(key(power, QUALITY), settings.minQuality());
            figures.put(key(power, STABILITY), settings.minStability());
            figures.put(key(power, OVERLAP), settings.overlap());
            figures.put(key(power, AP), best.ap());
        }
        return figures;
    }

    /** Everything that the automatic mode draws in a scene. */
    static Candidates draw(Gallery gallery, MiniScene scene, int side) {
        var sam = gallery.finder().sam();
        try (var embedding = sam.embed(Gallery.picture(scene))) {
            return Candidates.draw(sam.decoder(embedding), side);
        }
    }
}
