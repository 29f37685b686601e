package dev.millrace.workers.train.scenes.clip;

import ai.djl.ndarray.NDArray;

import dev.millrace.workers.segment.clip.ResNet;
import dev.millrace.workers.segment.picture.Normalization;
import dev.millrace.workers.segment.picture.Picture;
import dev.millrace.workers.segment.picture.PixelScript;
import dev.millrace.workers.segment.zip.Features;
import dev.millrace.workers.segment.zip.KMeans;
import dev.millrace.workers.segment.zip.ZipSettings;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.train.scenes.ControlFeatures;
import dev.millrace.workers.train.scenes.MiniScene;
import dev.millrace.workers.train.scenes.SceneSource;
import dev.millrace.workers.train.scenes.ZipControl;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.LongStream;

/**
 * In which stage's features, and in how many clusters, boundaries are seen best: for a trained
 * network, for one whose weights are random, and for colours alone.
 */
public final class BoundaryChecks implements AutoCloseable {
    private static final int RANDOM_CHANNELS = 32;
    private static final int PATCH = 8;

    private final ResNet trunk;
    private final PixelScript pixels;
    private final int side;

    /**
     * One line of the table.
     *
     * @param grid cells along a side
     * @param clusters 0 if there were none: things are the connected pieces of where a class is
     * @param contours how well boundaries' cells lie on contours
     * @param everything the same if every cell were a boundary
     * @param boxes F1 of things' boxes, where it is known exactly where each class is
     * @param coarseBoxes the same, where it is known for each patch of the CLIP
     * @param publishedBoxes as those, by the published cut of activation and rule for fragments
     */
    public record Line(
            String features,
            int grid,
            int clusters,
            ContourScore contours,
            ContourScore everything,
            double boxes,
            double coarseBoxes,
            double publishedBoxes) {}

    /**
     * Opens a folder.
     *
     * @param side of the pictures that the network is given, in pixels
     */
    public BoundaryChecks(Path folder, int side, int threads) {
        Torch.prepareThread();
        Torch.useThreads(threads);
        this.trunk = ResNet.open(folder, Devices.cpu(), ElementType.F32);
        this.pixels = new PixelScript(trunk.scope());
        this.side = side;
    }

    /**
     * Measures on validation scenes.
     *
     * @param scenes how many
     * @param clusters numbers of clusters
     */
    public void measure(int scenes, List<Integer> clusters, Consumer<Line> lines) {
        var source = new SceneSource(side / 2);
        var all = LongStream.range(0, scenes).mapToObj(source::validation).toList();
        lines.accept(unclustered(all));
        lines("colours", all, ControlFeatures::colours, clusters, lines);
        lines(
                "random",
                all,
                scene -> ControlFeatures.random(scene, RANDOM_CHANNELS, 1, 1),
                clusters,
                lines);
        var states = all.stream().map(this::states).toList();
        for (int stage = 0; stage < states.getFirst().size(); stage++) {
            int own = stage;
            lines(
                    "stage " + stage,
                    all,
                    scene -> states.get(all.indexOf(scene)).get(own),
                    clusters,
                    lines);
        }
    }

    private static void lines(
            String name,
            List<MiniScene> scenes,
            Function<MiniScene, Features> features,
            List<Integer> clusters,
            Consumer<Line> lines) {
        for (int count : clusters) {
            var score = ContourScore.NONE;
            var everything = ContourScore.NONE;
            int grid = 0;
            for (var scene : scenes) {
                var clustering = new KMeans(count).cluster(features.apply(scene));
                grid = clustering.height();
                score = score.plus(ContourScore.of(scene, clustering));
                everything = everything.plus(ContourScore.ofEverything(scene, grid, grid));
            }
            var best = ZipSettings.BEST.withClusters(count);
            var published =
                    best.withCut(ZipSettings.PUBLISHED.cut())
                            .withRule(ZipSettings.PUBLISHED.rule());
            lines.accept(
                    new Line(
                            name,
                            grid,
                            count,
                            score,
                            everything,
                            new ZipControl(best, 1).clustered(scenes, features).f1(),
                            new ZipControl(best, PATCH).clustered(scenes, features).f1(),
                            new ZipControl(published, PATCH).clustered(scenes, features).f1()));
        }
    }

    private static Line unclustered(List<MiniScene> scenes) {
        var published = ZipSettings.BEST.withCut(ZipSettings.PUBLISHED.cut());
        return new Line(
                "none",
                scenes.getFirst().side(),
                0,
                ContourScore.NONE,
                ContourScore.NONE,
                new ZipControl(ZipSettings.BEST, 1).active(scenes).f1(),
                new ZipControl(ZipSettings.BEST, PATCH).active(scenes).f1(),
                new ZipControl(published, PATCH).active(scenes).f1());
    }

    /** What leaves the stem and each stage. */
    private List<Features> states(MiniScene scene) {
        try (var scope = trunk.scope().newSubManager()) {
            var colours =
                    pixels.resized(
                            scope,
                            pixels.colours(scope, picture(scene)),
                            side,
                            side,
                            PixelScript.Filter.BICUBIC);
            var states = trunk.states(scope, pixels.normalized(scope, colours, Normalization.CLIP));
            var all = new ArrayList<Features>();
            for (var state : states) {
                all.add(features(state));
            }
            return all;
        }
    }

    private static Features features(NDArray state) {
        var shape = state.getShape();
        return new Features(
                (int) shape.get(1), (int) shape.get(2), (int) shape.get(3), state.toFloatArray());
    }

    private static Picture picture(MiniScene scene) {
        int count = scene.side() * scene.side();
        var rgb = new byte[3 * count];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = scene.levels()[i % 3 * count + i / 3];
        }
        return new Picture(scene.side(), scene.side(), rgb);
    }

    @Override
    public void close() {
        trunk.close();
    }
}
