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
    private static final int GRID = 16;
    private static final double MILLIS = 1e6;
    private static final double PERCENT = 100;

    private final SegmentBench.Options options;
    private final Report report;

    SpeedPart(SegmentBench.Options options, Report report) {
        this.options = options;
        this.report = report;
    }

    /** Milliseconds of one picture, and what a part of the prompts gave. */
    private record Times(double encoders, double first, double all, double automatic) {}

    @Override
    public void run(Gallery gallery, Findings findings) {
        var found = findings.get("speed", "test", () -> measure(gallery));
        report.out().printf("%nMilliseconds a picture, medians:%n%n");
        var table = new Table(report.out(), "step", List.of("ms", "% of automatic"));
        for (var name : List.of("encoders", "first", "all", "automatic")) {
            table.row(
                    name,
                    List.of(
                            "%.1f".formatted(found.figure(name)),
                            "%.0f"
                                    .formatted(
                                            PERCENT
                                                    * found.figure(name)
                                                    / found.figure("automatic"))));
        }
        report.result(
                "first_mask_pct", PERCENT * found.figure("first") / found.figure("automatic"));
        report.result("speedup_vs_sam_auto", found.figure("automatic") / found.figure("all"));
        report.result("ap_at_25pct_prompts_ratio", found.figure("quarter"));
    }

    private Map<String, Double> measure(Gallery gallery) {
        var scenes = gallery.test(options.many(SCENES, QUICK));
        var times = new ArrayList<Times>();
        time(gallery, Gallery.picture(scenes.getFirst())); // warm
        for (var scene : scenes) {
            times.add(time(gallery, Gallery.picture(scene)));
        }
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("encoders", median(times.stream().map(Times::encoders).toList()));
        figures.put("first", median(times.stream().map(Times::first).toList()));
        figures.put("all", median(times.stream().map(Times::all).toList()));
        figures.put("automatic", median(times.stream().map(Times::automatic).toList()));
        figures.put("quarter", quarter(gallery, scenes));
        return figures;
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    private static Times time(Gallery gallery, Picture picture) {
        var finder = gallery.finder();
        long began = System.nanoTime();
        double encoders;
        double first = Double.NaN;
        double all;
        try (var looked = finder.look(picture)) {
            encoders = (System.nanoTime() - began) / MILLIS;
            var masks = looked.find(Gallery.CLASSES, Arms.MOST, 0).masks();
            while (masks.hasNext()) {
                masks.next();
                first = Double.isNaN(first) ? (System.nanoTime() - began) / MILLIS : first;
            }
            all = (System.nanoTime() - began) / MILLIS;
        }
        first = Double.isNaN(first) ? all : first;
        return new Times(encoders, first, all, automatic(gallery, picture));
    }

    private static double automatic(Gallery gallery, Picture picture) {
        var sam = gallery.finder().sam();
        var published = AutomaticSettings.PUBLISHED;
        var settings =
                new AutomaticSettings(
                        GRID,
                        published.batch(),
                        published.minQuality(),
                        published.minStability(),
                        published.offset(),
                        published.overlap());
        long began = System.nanoTime();
        try (var embedding = sam.embed(picture)) {
            new AutomaticMasks(settings).in(sam.decoder(embedding));
        }
        return (System.nanoTime() - began) / MILLIS;
    }

    /** The average precision of what a quarter of the prompts gives, by that of all of them. */
    private static double quarter(Gallery gallery, List<MiniScene> scenes) {
        var early = new ArrayList<List<Detection>>();
        var late = new ArrayList<List<Detection>>();
        for (var scene : scenes) {
            try (var looked = gallery.finder().look(Gallery.picture(scene))) {
                var findings = looked.find(Gallery.CLASSES, Arms.MOST, 0);
                var first = new ArrayList<Detection>();
                var all = new ArrayList<Detection>();
                while (findings.masks().hasNext()) {
                    var mask = findings.masks().next();
                    var detection = new Detection(mask.mask(), mask.label(), mask.score());
                    all.add(detection);
                    if (4 * findings.masks().asksDrawn() <= findings.asks() || first.isEmpty()) {
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
