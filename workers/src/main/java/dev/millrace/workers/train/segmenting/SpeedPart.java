package dev.millrace.workers.train.segmenting;

import dev.millrace.workers.segment.picture.Picture;
import dev.millrace.workers.segment.sam.AutomaticMasks;
import dev.millrace.workers.segment.sam.AutomaticSettings;
import dev.millrace.workers.train.bench.Findings;
import dev.millrace.workers.train.bench.Report;
import dev.millrace.workers.train.bench.Table;
import dev.millrace.workers.train.scenes.CocoMetrics;
import dev.millrace.workers.train.scenes.Detection;
import dev.millrace.workers.train.scenes.MiniScene;
import dev.millrace.workers.train.scenes.Sizes;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * How soon the first mask comes, and all of them, beside SAM's automatic mode: the same pictures,
 * weights and threads, by turns; and how good the masks are that a quarter of the prompts gives.
 */
final class SpeedPart implements Part {
    private static final int SCENES = 100;
    private static final int QUICK = 10;
    private static final int WARMING = 5;
    private static final String ENCODERS = "encoders and clusters";
    private static final String ONE_BATCH = "one batch of prompts drawn";
    private static final String FIRST = "first mask";
    private static final String ALL = "all masks";
    private static final String AUTOMATIC = "automatic, grid ";
    private static final double MILLIS = 1e6;
    private static final double PERCENT = 100;

    private final SegmentBench.Options options;
    private final Report report;

    SpeedPart(SegmentBench.Options options, Report report) {
        this.options = options;
        this.report = report;
    }

    @Override
    public void run(Gallery gallery, Findings findings) {
        var baseline = new AutomaticBaseline(options, report);
        var best = baseline.tuned(gallery, findings);
        var found =
                findings.get(
                        "speed",
                        "test",
                        () ->
                                measure(
                                        gallery,
                                        AutomaticBaseline.GRIDS.stream()
                                                .map(side ->
                                                        baseline.tuned(gallery, findings, side))
                                                .toList()));
        double automatic = found.figure(AUTOMATIC + best.settings().side());
        report.out().printf("%nMilliseconds a picture:%n%n");
        var columns = List.of("median", "quarter", "three quarters", "% of automatic");
        var table = new Table(report.out(), "step", columns);
        for (var name : names()) {
            table.row(
                    name,
                    List.of(
                            "%.1f".formatted(found.figure(name)),
                            "%.1f".formatted(found.figure(name + " p25")),
                            "%.1f".formatted(found.figure(name + " p75")),
                            "%.0f".formatted(PERCENT * found.figure(name) / automatic)));
        }
        report.result("first_mask_pct", PERCENT * found.figure(FIRST) / automatic);
        report.result("first_mask_of_one_batch", found.figure(FIRST) / found.figure(ONE_BATCH));
        report.result("speedup_vs_sam_auto", automatic / found.figure(ALL));
        for (int side : AutomaticBaseline.GRIDS) {
            report.result(
                    "speedup_vs_sam_auto_grid_" + side,
                    found.figure(AUTOMATIC + side) / found.figure(ALL));
        }
        report.result("ap_at_25pct_prompts_ratio", found.figure("quarter"));
    }

    private static List<String> names() {
        var names = new ArrayList<>(List.of(ENCODERS, ONE_BATCH, FIRST, ALL));
        AutomaticBaseline.GRIDS.forEach(side -> names.add(AUTOMATIC + side));
        return names;
    }

    private Map<String, Double> measure(Gallery gallery, List<AutomaticSettings> automatic) {
        var scenes = gallery.test(options.many(SCENES, QUICK));
        Map<String, List<Double>> times = new LinkedHashMap<>();
        for (var scene : gallery.validation(WARMING)) {
            time(gallery, Gallery.picture(scene), automatic, new LinkedHashMap<>());
        }
        for (var scene : scenes) {
            time(gallery, Gallery.picture(scene), automatic, times);
        }
        Map<String, Double> figures = new LinkedHashMap<>();
        times.forEach((name, values) -> {
            var sorted = values.stream().sorted().toList();
            figures.put(name, sorted.get(sorted.size() / 2));
            figures.put(name + " p25", sorted.get(sorted.size() / 4));
            figures.put(name + " p75", sorted.get(3 * sorted.size() / 4));
        });
        figures.put("quarter", quarter(gallery, scenes));
        return figures;
    }

    private static void time(
            Gallery gallery,
            Picture picture,
            List<AutomaticSettings> automatic,
            Map<String, List<Double>> times) {
        find(gallery, picture, times);
        for (var settings : automatic) {
            var sam = gallery.finder().sam();
            var watch = new Watch(times);
            try (var embedding = sam.embed(picture)) {
                new AutomaticMasks(settings).in(sam.decoder(embedding));
            }
            watch.lap(AUTOMATIC + settings.side());
        }
    }

    /** The promise is measured against the encoders, the plan and one batch of prompts. */
    private static void find(Gallery gallery, Picture picture, Map<String, List<Double>> times) {
        var watch = new Watch(times);
        try (var looked = gallery.finder().look(picture)) {
            watch.lap(ENCODERS);
            var masks = looked.find(Gallery.CLASSES, Arms.MOST, 0).masks();
            masks.advance();
            watch.lap(ONE_BATCH);
            if (masks.hasNext()) {
                masks.next();
            }
            watch.lap(FIRST);
            masks.forEachRemaining(_ -> {});
            watch.lap(ALL);
        }
    }

    /** Notes milliseconds since it was made. */
    private static final class Watch {
        private final Map<String, List<Double>> times;
        private final long began = System.nanoTime();

        Watch(Map<String, List<Double>> times) {
            this.times = times;
        }

        void lap(String name) {
            times.computeIfAbsent(name, _ -> new ArrayList<>())
                    .add((System.nanoTime() - began) / MILLIS);
        }
    }

    /**
     * The average precision of what a quarter of the prompts gives, drawn one by one, by that of
     * all of them.
     */
    private static double quarter(Gallery gallery, List<MiniScene> scenes) {
        var finder = gallery.finder().using(gallery.finder().recipe().inBatchesOf(1));
        var early = new ArrayList<List<Detection>>();
        var late = new ArrayList<List<Detection>>();
        for (var scene : scenes) {
            try (var looked = finder.look(Gallery.picture(scene))) {
                var findings = looked.find(Gallery.CLASSES, Arms.MOST, 0);
                var first = new ArrayList<Detection>();
                var all = new ArrayList<Detection>();
                while (findings.masks().hasNext()) {
                    var mask = findings.masks().next();
                    var detection = new Detection(mask.mask(), mask.label(), mask.score());
                    all.add(detection);
                    if (4 * (findings.masks().asksDrawn() - 1) < findings.asks()) {
                        first.add(detection);
                    }
                }
                early.add(first);
                late.add(all);
            }
        }
        var truths = scenes.stream().map(MiniScene::truths).toList();
        double whole = CocoMetrics.agnostic(late, truths, Sizes.ALL).figures().ap();
        return whole == 0
                ? 0
                : CocoMetrics.agnostic(early, truths, Sizes.ALL).figures().ap() / whole;
    }
}
