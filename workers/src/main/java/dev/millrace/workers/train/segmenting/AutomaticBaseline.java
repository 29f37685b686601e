package dev.millrace.workers.train.segmenting;

import dev.millrace.workers.segment.sam.AutomaticSettings;
import dev.millrace.workers.train.bench.Findings;
import dev.millrace.workers.train.bench.Report;
import dev.millrace.workers.train.bench.Table;
import dev.millrace.workers.train.scenes.MiniScene;
import dev.millrace.workers.train.scenes.Sizes;

import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * SAM's automatic mode at its best: the grid and the thresholds of the highest average precision on
 * validation scenes.
 */
record AutomaticBaseline(SegmentBench.Options options, Report report) {
    static final List<Integer> GRIDS = List.of(8, 16, 32);

    private static final int BATCH = 64;
    private static final int SCENES = 200;
    private static final int QUICK = 24;
    private static final double POINTS = 100;

    /** The best of all grids; says what each of them reaches. */
    AutomaticSettings tuned(Gallery gallery, Findings findings) {
        report.out().printf("%nSAM's automatic mode on validation scenes:%n%n");
        var columns = List.of("AP", "least quality", "least stability", "overlap");
        var table = new Table(report.out(), "grid", columns);
        for (int side : GRIDS) {
            var found = found(gallery, findings, side);
            table.row(
                    "%d x %d".formatted(side, side),
                    List.of(
                            "%.1f".formatted(POINTS * found.figure("ap")),
                            "%.2f".formatted(found.figure("quality")),
                            "%.2f".formatted(found.figure("stability")),
                            "%.1f".formatted(found.figure("overlap"))));
        }
        int best =
                GRIDS.stream()
                        .max(
                                Comparator.comparingDouble(
                                        side -> found(gallery, findings, side).figure("ap")))
                        .orElseThrow();
        report.result("sam_auto_grid", best);
        return tuned(gallery, findings, best);
    }

    /** The best thresholds of one grid. */
    AutomaticSettings tuned(Gallery gallery, Findings findings, int side) {
        var found = found(gallery, findings, side);
        return new AutomaticSettings(
                side,
                BATCH,
                found.figure("quality"),
                found.figure("stability"),
                AutomaticSettings.PUBLISHED.offset(),
                found.figure("overlap"));
    }

    private Findings.Finding found(Gallery gallery, Findings findings, int side) {
        return findings.get("automatic", "grid " + side, () -> tune(gallery, side));
    }

    private Map<String, Double> tune(Gallery gallery, int side) {
        var scenes = gallery.validation(options.many(SCENES, QUICK));
        var candidates = scenes.stream().map(scene -> draw(gallery, scene, side)).toList();
        var best = AutomaticTuning.best(candidates, scenes, Sizes.ALL, side);
        return Map.of(
                "quality", best.settings().minQuality(),
                "stability", best.settings().minStability(),
                "overlap", best.settings().overlap(),
                "ap", best.ap());
    }

    /** Everything that the automatic mode draws in a scene. */
    static Candidates draw(Gallery gallery, MiniScene scene, int side) {
        var sam = gallery.finder().sam();
        try (var embedding = sam.embed(Gallery.picture(scene))) {
            return Candidates.draw(sam.decoder(embedding), side);
        }
    }
}
