package dev.millrace.workers.train.segmenting;

import dev.millrace.workers.segment.Recipe;
import dev.millrace.workers.segment.zip.Prompting;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.train.bench.Findings;
import dev.millrace.workers.train.bench.Findings.Finding;
import dev.millrace.workers.train.bench.Report;
import dev.millrace.workers.train.bench.Table;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.ToDoubleFunction;

/**
 * Seconds and memory of a picture at the shapes of the published networks, with random weights and
 * as many prompts as the model at hand has for its scenes.
 */
final class ShapesPart implements Part {
    private static final int SCENES = 100;
    private static final int QUICK = 10;
    private static final double PERCENT = 100;
    private static final String BEST = "best";
    private static final String PUBLISHED = "as published";

    private final SegmentBench.Options options;
    private final Report report;
    private final PublishedShapes shapes;

    ShapesPart(SegmentBench.Options options, Report report, PublishedShapes shapes) {
        this.options = options;
        this.report = report;
        this.shapes = shapes;
    }

    @Override
    public void run(Gallery gallery, Findings findings) {
        var prompts = findings.get("shapes", "prompts", () -> prompts(gallery));
        var measured = new LinkedHashMap<ElementType, ShapesSums>();
        for (var inner : types()) {
            var found = findings.get("shapes", inner.name(), () -> measure(inner));
            measured.put(inner, sums(found, prompts));
        }
        say(measured);
        var served = measured.firstEntry().getValue();
        sayMemory(served);
        results(served);
    }

    /** The one that wide networks are served in first, as memory is the most since the start. */
    private List<ElementType> types() {
        return options.isQuick()
                ? List.of(ElementType.BF16)
                : List.of(ElementType.BF16, ElementType.F32);
    }

    private Map<String, Double> measure(ElementType inner) {
        return new ShapesMeasure(options, shapes).measure(inner);
    }

    private ShapesSums sums(Finding found, Finding prompts) {
        int batch = shapes.best().ranking().batch();
        return new ShapesSums(found, batch, prompts.figure(BEST), prompts.figure(PUBLISHED));
    }

    /** The mean of some scenes. */
    private Map<String, Double> prompts(Gallery gallery) {
        var best = gallery.finder().recipe();
        var published = best.with(best.zip().withPrompting(Prompting.PUBLISHED));
        return Map.of(BEST, prompts(gallery, best), PUBLISHED, prompts(gallery, published));
    }

    private double prompts(Gallery gallery, Recipe recipe) {
        var finder = gallery.finder().using(recipe);
        return gallery.test(options.many(SCENES, QUICK)).stream()
                .mapToInt(scene -> {
                    try (var looked = finder.look(Gallery.picture(scene))) {
                        return looked.find(Gallery.CLASSES, Arms.MOST, 0).asks();
                    }
                })
                .average()
                .orElseThrow();
    }

    private void say(Map<ElementType, ShapesSums> measured) {
        report.out()
                .printf(
                        Locale.ROOT,
                        "%nSeconds a picture at the shapes of the published networks, random"
                                + " weights, the best of a few. Of the automatic mode %d of %d"
                                + " points were measured, and multiplied.%n%n",
                        ShapesMeasure.POINTS,
                        ShapesSums.SIDE * ShapesSums.SIDE);
        var columns = measured.keySet().stream().map(ElementType::name).toList();
        var table = new Table(report.out(), "step", columns);
        rows().forEach((name, of) -> {
            var cells = new ArrayList<String>();
            measured.values().forEach(sums -> cells.add("%.3f".formatted(of.applyAsDouble(sums))));
            table.row(name, cells);
        });
    }

    /** Of the first type alone: memory does not become less when another follows. */
    private void sayMemory(ShapesSums sums) {
        report.out()
                .printf(
                        Locale.ROOT,
                        "%nThe most memory that the process had, in MiB: %.0f for zip, best; %.0f"
                            + " once the automatic mode had run too; %.0f once the trunk had.%n",
                        peak(sums, BEST),
                        peak(sums, "automatic"),
                        peak(sums, "published"));
    }

    private static double peak(ShapesSums sums, String name) {
        return sums.found().figure("peak " + name);
    }

    private Map<String, ToDoubleFunction<ShapesSums>> rows() {
        var rows = new LinkedHashMap<String, ToDoubleFunction<ShapesSums>>();
        rows.put("CLIP's cells", step("clip"));
        rows.put("colours", step("colours"));
        rows.put("their clusters", step("colours clusters"));
        rows.put("trunk", step("trunk"));
        rows.put("its clusters", step("trunk clusters"));
        rows.put("SAM's encoder", step("sam"));
        rows.put("a class that is new", step("new class"));
        rows.put("plan", step("plan"));
        rows.put("a batch of %d prompts".formatted(batch()), step("batch"));
        rows.put("automatic mode, %d points".formatted(ShapesMeasure.POINTS), step("automatic"));
        rows.put("of it the decoder", step("automatic drawn"));
        rows.put("zip, best: first mask", ShapesSums::firstMask);
        rows.put("zip, best: all masks", ShapesSums::best);
        rows.put("zip, as published", ShapesSums::asPublished);
        rows.put("automatic mode", ShapesSums::automatic);
        rows.put("automatic mode, the decoder alone", ShapesSums::automaticAtLeast);
        return rows;
    }

    private int batch() {
        return shapes.best().ranking().batch();
    }

    private static ToDoubleFunction<ShapesSums> step(String name) {
        return sums -> sums.found().figure(name);
    }

    private void results(ShapesSums sums) {
        report.result("real_prompts", sums.prompts());
        report.result("real_prompts_published", sums.published());
        report.result("real_first_mask_s", sums.firstMask());
        report.result("real_zip_best_s", sums.best());
        report.result("real_zip_published_s", sums.asPublished());
        report.result("real_automatic_s", sums.automatic());
        report.result("real_automatic_at_least_s", sums.automaticAtLeast());
        report.result("real_first_mask_pct", PERCENT * sums.firstMask() / sums.automatic());
        report.result("real_speedup_best", sums.automatic() / sums.best());
        report.result("real_speedup_best_at_least", sums.automaticAtLeast() / sums.best());
        report.result("real_speedup_published", sums.automatic() / sums.asPublished());
        for (var name : List.of("best", "automatic", "published")) {
            report.result("real_peak_%s_mib".formatted(name), peak(sums, name));
        }
    }
}
