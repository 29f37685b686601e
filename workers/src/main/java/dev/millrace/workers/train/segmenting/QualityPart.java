package dev.millrace.workers.train.segmenting;

import dev.millrace.workers.segment.Boundaries;
import dev.millrace.workers.segment.Recipe;
import dev.millrace.workers.segment.clip.Similarity;
import dev.millrace.workers.segment.zip.BoundaryRule;
import dev.millrace.workers.segment.zip.Prompting;
import dev.millrace.workers.segment.zip.Splitting;
import dev.millrace.workers.segment.zip.ZipSettings;
import dev.millrace.workers.train.bench.Findings;
import dev.millrace.workers.train.bench.Report;
import dev.millrace.workers.train.bench.Table;
import dev.millrace.workers.train.scenes.Bootstrap;
import dev.millrace.workers.train.scenes.CocoMetrics;
import dev.millrace.workers.train.scenes.Detection;
import dev.millrace.workers.train.scenes.MiniScene;
import dev.millrace.workers.train.scenes.Sizes;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Function;

/**
 * Average precision of Zip, of what its parts bring, and of SAM's automatic mode with thresholds
 * chosen on other scenes. Class-agnostic unless said otherwise.
 */
final class QualityPart implements Part {
    private static final int TEST = 500;
    private static final int QUICK = 24;
    private static final int SAMPLES = 1000;
    private static final double POINTS = 100;

    /** Of boundaries by degrees: the best of those tried on validation scenes. */
    private static final double GAIN = 0.3;

    private static final double LIMIT = 8;

    private static final String ZIP = "zip, best";
    private static final String AUTOMATIC = "sam automatic, tuned";
    private static final String OWN_ORDER = "sam automatic, tuned, in SAM's own order";
    private static final String CLASSIFIED = "sam automatic + clip";
    private static final String ACTIVATION = "activation alone";
    private static final String ORACLE = "told where (ceiling)";

    private final SegmentBench.Options options;
    private final Report report;

    QualityPart(SegmentBench.Options options, Report report) {
        this.options = options;
        this.report = report;
    }

    @Override
    public void run(Gallery gallery, Findings findings) {
        var baseline = new AutomaticBaseline(options, report);
        var tuned = baseline.tuned(gallery, findings);
        var own = baseline.ownOrder(gallery, findings, tuned.settings().side());
        var usual = table(gallery, findings, new Automatic(tuned, own), "test", gallery::test);
        table(gallery, findings, new Automatic(tuned, own), "held-out style", gallery::heldOut);
        results(usual);
    }

    private Findings.Finding table(
            Gallery gallery,
            Findings findings,
            Automatic automatic,
            String name,
            Function<Integer, List<MiniScene>> scenes) {
        var found =
                findings.get(
                        "quality",
                        name,
                        () -> measure(gallery, scenes.apply(options.many(TEST, QUICK)), automatic));
        report.out().printf("%nAverage precision, %s scenes:%n%n", name);
        var table =
                new Table(
                        report.out(), "arm", List.of("AP", "AP50", "AP75", "AR100", "AP by class"));
        for (var arm : arms(gallery, automatic).keySet()) {
            table.row(
                    arm,
                    List.of(
                            points(found, arm + ".ap"),
                            points(found, arm + ".ap50"),
                            points(found, arm + ".ap75"),
                            points(found, arm + ".ar100"),
                            points(found, arm + ".by_class")));
        }
        report.out()
                .printf(
                        Locale.ROOT,
                        "%nzip - sam automatic: %.1f points (95 %% of samples: %.1f to %.1f)%n",
                        POINTS * found.figure("gain"),
                        POINTS * found.figure("gain_low"),
                        POINTS * found.figure("gain_high"));
        return found;
    }

    private static String points(Findings.Finding found, String name) {
        return "%.1f".formatted(POINTS * found.figure(name));
    }

    /**
     * The automatic mode's rankings.
     *
     * @param ownOrder the best that ranks by SAM's own estimate alone; of the same grid
     */
    private record Automatic(AutomaticRanking best, AutomaticRanking ownOrder) {}

    /** A way to find things in a scene. */
    @FunctionalInterface
    private interface Arm {
        List<Detection> find(MiniScene scene, Candidates candidates);
    }

    private static Map<String, Arm> arms(Gallery gallery, Automatic automatic) {
        var finder = gallery.finder();
        var best = finder.recipe();
        Map<String, Arm> arms = new LinkedHashMap<>();
        arms.put(ZIP, (scene, _) -> Arms.zip(finder, scene));
        recipes(best)
                .forEach((name, recipe) -> {
                    var other = finder.using(recipe);
                    arms.put(name, (scene, _) -> Arms.zip(other, scene));
                });
        arms.put(ACTIVATION, (scene, _) -> Arms.activation(finder, scene));
        arms.put(AUTOMATIC, (_, candidates) -> Arms.automatic(candidates, automatic.best()));
        arms.put(OWN_ORDER, (_, candidates) -> Arms.automatic(candidates, automatic.ownOrder()));
        arms.put(
                "sam automatic, default thresholds",
                (_, candidates) -> Arms.automatic(candidates, AutomaticRanking.PUBLISHED));
        arms.put(
                CLASSIFIED,
                (scene, candidates) -> {
                    try (var looked = finder.look(Gallery.picture(scene))) {
                        return Arms.classified(looked, candidates, automatic.best());
                    }
                });
        arms.put(ORACLE, (scene, _) -> Arms.oracle(finder, scene));
        return arms;
    }

    /** What is changed against the best one, each alone. */
    private static Map<String, Recipe> recipes(Recipe best) {
        Map<String, Recipe> recipes = new LinkedHashMap<>();
        var zip = best.zip();
        recipes.put("zip, as published", best.published());
        recipes.put(
                "boundaries in the trunk",
                best.with(
                        new Boundaries(
                                Boundaries.Source.TRUNK,
                                best.boundaries().trunkSide(),
                                best.boundaries().colourSide())));
        recipes.put("clusterings of 6, 8 and 10 vote", best.with(zip.withClusters(6, 8, 10)));
        recipes.put(
                "boundaries by degrees",
                best.with(zip.withRule(new BoundaryRule.Graded(GAIN, LIMIT))));
        recipes.put("prompts as published", best.with(zip.withPrompting(Prompting.PUBLISHED)));
        recipes.put("nothing taken apart", best.with(zip.withSplitting(Splitting.NONE)));
        recipes.put("cut at 0.7 of the mean", best.with(zip.withCut(ZipSettings.PUBLISHED.cut())));
        recipes.put("similarities along tokens", best.along(Similarity.Axis.TOKENS));
        recipes.put("stability does not count", best.with(best.rules().withoutStability()));
        recipes.put("score of the class alone", best.withoutPooling());
        return recipes;
    }

    private Map<String, Double> measure(
            Gallery gallery, List<MiniScene> scenes, Automatic automatic) {
        var arms = arms(gallery, automatic);
        Map<String, List<List<Detection>>> found = new LinkedHashMap<>();
        for (var scene : scenes) {
            var candidates =
                    AutomaticBaseline.draw(gallery, scene, automatic.best().settings().side());
            arms.forEach((name, arm) ->
                    found.computeIfAbsent(name, _ -> new ArrayList<>())
                            .add(arm.find(scene, candidates)));
        }
        var truths = scenes.stream().map(MiniScene::truths).toList();
        Map<String, Double> figures = new LinkedHashMap<>();
        Map<String, CocoMetrics> metrics = new LinkedHashMap<>();
        found.forEach((name, detections) -> {
            var agnostic = CocoMetrics.agnostic(detections, truths, Sizes.ALL);
            metrics.put(name, agnostic);
            figures.put(name + ".ap", agnostic.figures().ap());
            figures.put(name + ".ap50", agnostic.figures().ap50());
            figures.put(name + ".ap75", agnostic.figures().ap75());
            figures.put(name + ".ar100", agnostic.figures().ar100());
            figures.put(
                    name + ".by_class",
                    CocoMetrics.byClass(detections, truths, Sizes.ALL).figures().ap());
        });
        var gain =
                new Bootstrap(options.many(SAMPLES, 100), 1)
                        .apGain(of(metrics, ZIP), of(metrics, AUTOMATIC));
        figures.put("gain", gain.estimate());
        figures.put("gain_low", gain.low());
        figures.put("gain_high", gain.high());
        return figures;
    }

    private static CocoMetrics of(Map<String, CocoMetrics> metrics, String name) {
        var found = metrics.get(name);
        if (found == null) {
            throw new IllegalStateException("there is no arm " + name);
        }
        return found;
    }

    private void results(Findings.Finding found) {
        report.result("ap_zip", POINTS * found.figure(ZIP + ".ap"));
        report.result("ap_sam_auto_own_order", POINTS * found.figure(OWN_ORDER + ".ap"));
        report.result("ap_sam_auto", POINTS * found.figure(AUTOMATIC + ".ap"));
        report.result("ap_gain", POINTS * found.figure("gain"));
        report.result("ap_gain_low95", POINTS * found.figure("gain_low"));
        report.result(
                "ap_class_aware_gain",
                POINTS
                        * (found.figure(ZIP + ".by_class")
                                - found.figure(CLASSIFIED + ".by_class")));
        report.result("ap_activation_only", POINTS * found.figure(ACTIVATION + ".ap"));
        report.result("ap_oracle", POINTS * found.figure(ORACLE + ".ap"));
    }
}
