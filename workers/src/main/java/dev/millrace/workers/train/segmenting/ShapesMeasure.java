package dev.millrace.workers.train.segmenting;

import dev.millrace.protocol.MaskPrompt;
import dev.millrace.workers.segment.Recipe;
import dev.millrace.workers.segment.Scene;
import dev.millrace.workers.segment.ZipFinder;
import dev.millrace.workers.segment.picture.Picture;
import dev.millrace.workers.segment.sam.AutomaticMasks;
import dev.millrace.workers.segment.sam.AutomaticSettings;
import dev.millrace.workers.segment.sam.MaskDecoder;
import dev.millrace.workers.segment.zip.Clustering;
import dev.millrace.workers.segment.zip.Zip;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.train.bench.ResidentMemory;
import dev.millrace.workers.train.scenes.SceneSource;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Each step of finding things at some shapes, with random weights: seconds, the best of a few, and
 * the most memory that the process had needed until then. What needs least comes first.
 */
final class ShapesMeasure {
    /** Points of the automatic mode that are asked about at once, as published. */
    static final int POINTS = 64;

    private static final int REPEATS = 3;
    private static final double NANOS = 1e9;

    private final SegmentBench.Options options;
    private final PublishedShapes shapes;
    private final Picture picture;
    private final Map<String, Double> figures = new LinkedHashMap<>();

    ShapesMeasure(SegmentBench.Options options, PublishedShapes shapes) {
        this.options = options;
        this.shapes = shapes;
        this.picture = Gallery.picture(new SceneSource(shapes.side()).test(0));
    }

    /** Measures with products in one type. */
    Map<String, Double> measure(ElementType inner) {
        try (var folder = new RandomFolder(shapes, options.model())) {
            try (var finder = open(folder, shapes.best(), inner)) {
                look(finder);
                draw(finder);
                figures.put("peak best", ResidentMemory.peakMebibytes());
                automatic(finder);
                figures.put("peak automatic", ResidentMemory.peakMebibytes());
            }
            folder.addTrunk(shapes);
            try (var finder = open(folder, shapes.published(), inner)) {
                boundaries(finder, "trunk");
                figures.put("peak published", ResidentMemory.peakMebibytes());
            }
        }
        return Map.copyOf(figures);
    }

    private ZipFinder open(RandomFolder folder, Recipe recipe, ElementType inner) {
        return ZipFinder.open(folder.path(), recipe, options.device(), inner);
    }

    private void look(ZipFinder finder) {
        boundaries(finder, "colours");
        time("clip", repeats(), () -> finder.tokens(picture).length);
        time(
                "sam",
                repeats(),
                () -> {
                    try (var embedding = finder.sam().embed(picture)) {
                        return embedding.cells().toFloatArray().length; // waits for the device
                    }
                });
    }

    private void boundaries(ZipFinder finder, String name) {
        var features = time(name, repeats(), () -> finder.features(picture));
        var zip = new Zip(finder.recipe().zip());
        var clusterings = time(name + " clusters", repeats(), () -> zip.cluster(features));
        figures.put(
                name + " iterations",
                clusterings.stream().mapToDouble(Clustering::iterations).sum());
    }

    private void draw(ZipFinder finder) {
        try (var scene = finder.look(picture)) {
            scene.learn(List.of("")); // which every question needs
            time("new class", 1, () -> scene.learn(Gallery.CLASSES));
            while (scene.learn(Gallery.CLASSES)) {
                // each is a step of its own
            }
            time("plan", repeats(), () -> plan(scene));
            var prompts = prompts();
            scene.draw(prompts.subList(0, 1));
            time("batch", repeats(), () -> scene.draw(prompts).size());
        }
    }

    private static int plan(Scene scene) {
        return scene.find(Gallery.CLASSES, Arms.MOST, 0).asks();
    }

    /** As many as are drawn at once: boxes, each with a point in its middle. */
    private List<MaskPrompt> prompts() {
        int batch = shapes.best().ranking().batch();
        double step = picture.width() / (batch + 1.0);
        return IntStream.range(0, batch)
                .mapToObj(i -> {
                    double left = i * step;
                    double size = 2 * step;
                    var box = new MaskPrompt.Box(left, left, left + size, left + size);
                    var middle = new MaskPrompt.Point(left + step, left + step, true);
                    return new MaskPrompt(Optional.of(box), List.of(middle));
                })
                .toList();
    }

    /** As few points as one batch has; the rest costs the same again and again. */
    private void automatic(ZipFinder finder) {
        try (var embedding = finder.sam().embed(picture)) {
            var decoder = finder.sam().decoder(embedding);
            time("automatic drawn", repeats(), () -> ask(decoder, Double.MAX_VALUE));
            time("automatic", repeats(), () -> ask(decoder, 0));
        }
    }

    /** With a quality that no mask has none is enlarged, with 0 all of them are. */
    private static int ask(MaskDecoder decoder, double minQuality) {
        int side = (int) Math.sqrt(POINTS);
        var settings = new AutomaticSettings(side, POINTS, minQuality, 0, 1, 0.7);
        return new AutomaticMasks(settings).in(decoder).size();
    }

    private int repeats() {
        return options.many(REPEATS, 1);
    }

    private <T> T time(String name, int repeats, Supplier<T> action) {
        long began = System.nanoTime();
        var made = action.get();
        double best = (System.nanoTime() - began) / NANOS;
        for (int i = 1; i < repeats; i++) {
            began = System.nanoTime();
            made = action.get();
            best = Math.min(best, (System.nanoTime() - began) / NANOS);
        }
        figures.put(name, best);
        return made;
    }
}
