package dev.millrace.workers.train.scenes.clip;

import dev.millrace.workers.segment.Presence;
import dev.millrace.workers.segment.clip.ClassTexts;
import dev.millrace.workers.segment.clip.Clip;
import dev.millrace.workers.segment.clip.ClipTokenizer;
import dev.millrace.workers.segment.clip.PromptTemplates;
import dev.millrace.workers.segment.clip.Similarity;
import dev.millrace.workers.segment.zip.ActivationCut;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.train.Seeds;
import dev.millrace.workers.train.scenes.MiniScene;
import dev.millrace.workers.train.scenes.SceneClass;
import dev.millrace.workers.train.scenes.SceneSource;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.BiConsumer;
import java.util.function.LongFunction;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Measures a trained CLIP on scenes that it has not seen: whether it tells single things and all
 * classes of a scene, and where its maps point. It reads the folder as a worker does.
 */
public final class ClipChecks implements AutoCloseable {
    private static final int CROPS = 2;
    private static final int MOST = 10;

    /** Of a map's mean: cuts that are tried, the published one first. */
    private static final List<Double> FACTORS = List.of(0.7, 1.0, 1.4, 1.8, 2.2);

    private final Clip clip;
    private final ClipTokenizer tokenizer;
    private final int side;
    private final int depth;
    private final float[][] classes;
    private final float[] redundant;
    private final SceneSource source;

    /**
     * Opens a folder.
     *
     * @param side of the pictures that it is given, in pixels
     * @param depth of the layers that are operated
     */
    public ClipChecks(Path folder, int side, int depth, int threads) {
        Torch.prepareThread();
        Torch.useThreads(threads);
        this.clip = Clip.open(folder, Devices.cpu(), ElementType.F32);
        this.tokenizer = ClipTokenizer.open(folder, clip.config().text().context());
        this.side = side;
        this.depth = depth;
        var texts = new ClassTexts(clip, tokenizer, PromptTemplates.ALL);
        this.classes = SceneClass.names().stream().map(texts::of).toArray(float[][]::new);
        this.redundant = texts.redundant();
        this.source = new SceneSource(clip.config().vision().side());
    }

    /**
     * Says each figure by its name; those of scenes in another style than any that was learned from
     * begin with {@code held_out_}.
     *
     * @return when a class is there, fitted to the scenes
     */
    public Presence measure(int scenes, BiConsumer<String, Double> figures) {
        measure("held_out_", scenes / 2, source::heldOutStyle, figures);
        var seen = measure("", scenes, source::validation, figures);
        var examples = seen.stream().flatMap(ClipChecks::examples).toList();
        var presence = PresenceFit.of(examples).presence(examples, MOST);
        var found =
                examples.stream()
                        .filter(one ->
                                presence.likelihood(one.cosine(), one.greatest())
                                        >= presence.least())
                        .toList();
        double right = share(found, PresenceFit.Example::isPresent);
        figures.accept("presence_precision", right);
        figures.accept("presence_looked_for", (double) found.size() / seen.size());
        return presence;
    }

    private List<SeenScene> measure(
            String prefix,
            int scenes,
            LongFunction<MiniScene> source,
            BiConsumer<String, Double> figures) {
        var all = LongStream.range(0, scenes).mapToObj(source).map(this::look).toList();
        var pairs = all.stream().flatMap(ClipChecks::pairs).toList();
        var crops = IntStream.range(0, scenes).boxed().flatMap(i -> crops(all, i)).toList();
        figures.accept(prefix + "crops_right", share(crops, Crop::isRight));
        var alone = crops.stream().filter(Crop::isAlone).toList();
        figures.accept(prefix + "crops_of_one_class", (double) alone.size() / crops.size());
        figures.accept(prefix + "crops_of_one_class_right", share(alone, Crop::isRight));
        figures.accept(prefix + "scene_map", map(all, SeenScene::cosine));
        figures.accept(prefix + "scene_map_of_cells", map(all, SeenScene::greatest));
        figures.accept(prefix + "pointing", share(pairs, one -> one.seen.points(one.kind)));
        figures.accept(prefix + "pointing_by_chance", mean(pairs, Pair::area));
        for (double factor : FACTORS) {
            var cut = new ActivationCut.OfMean(factor);
            figures.accept(
                    prefix + "map_iou_above_%.1f_of_mean".formatted(factor), cover(pairs, cut));
        }
        figures.accept(prefix + "map_iou_otsu", cover(pairs, new ActivationCut.Otsu()));
        return all;
    }

    /** A class that a scene shows. */
    private record Pair(SeenScene seen, SceneClass kind) {
        double area() {
            var where = seen.where(kind);
            return (double) where.area() / where.pixels();
        }
    }

    private static double cover(List<Pair> pairs, ActivationCut cut) {
        return mean(pairs, one -> one.seen.cover(one.kind, cut));
    }

    private static Stream<Pair> pairs(SeenScene seen) {
        return SeenScene.KINDS.stream().filter(seen::isAsked).map(kind -> new Pair(seen, kind));
    }

    private static Stream<PresenceFit.Example> examples(SeenScene seen) {
        return SeenScene.KINDS.stream()
                .filter(kind -> !seen.isUnclear(kind))
                .map(kind ->
                        new PresenceFit.Example(
                                seen.cosine(kind), seen.greatest(kind), seen.isAsked(kind)));
    }

    private interface Score {
        double of(SeenScene seen, SceneClass kind);
    }

    /** How well a score puts scenes that have a class before others; mean over classes seen. */
    private static double map(List<SeenScene> all, Score score) {
        var kinds =
                SeenScene.KINDS.stream()
                        .filter(kind -> all.stream().anyMatch(seen -> seen.isAsked(kind)))
                        .toList();
        return mean(kinds, kind -> AveragePrecision.of(scored(all, score, kind)));
    }

    private static List<AveragePrecision.Scored> scored(
            List<SeenScene> all, Score score, SceneClass kind) {
        return all.stream()
                .filter(seen -> !seen.isUnclear(kind))
                .map(seen -> new AveragePrecision.Scored(score.of(seen, kind), seen.isAsked(kind)))
                .toList();
    }

    /**
     * A thing that was cut out.
     *
     * @param isAlone whether no other class is seen beside it
     */
    private record Crop(boolean isRight, boolean isAlone) {}

    private Stream<Crop> crops(List<SeenScene> all, int index) {
        var shot = Shot.of(all.get(index).scene());
        var random = new SplittableRandom(Seeds.mix(index, -5));
        return shot.isEmpty()
                ? Stream.empty()
                : Stream.generate(() -> crop(shot, random)).limit(CROPS);
    }

    private Crop crop(Shot shot, SplittableRandom random) {
        int partSide = clip.config().vision().side() / 2;
        var part = shot.part(partSide, random);
        var kind = SeenScene.KINDS.get(best(cosines(embedded(part.pixels(), partSide))));
        return new Crop(part.caption().kinds().contains(kind), part.isAlone());
    }

    private static int best(double... values) {
        int best = 0;
        for (int i = 1; i < values.length; i++) {
            best = values[i] > values[best] ? i : best;
        }
        return best;
    }

    private float[] embedded(float[] pixels, int partSide) {
        try (var scope = clip.scope().newSubManager()) {
            var picture = Tensors.floats(scope, pixels, 1, 3, partSide, partSide);
            return clip.embedImages(scope, picture).toFloatArray();
        }
    }

    private SeenScene look(MiniScene scene) {
        int width = clip.config().projection();
        var pixels = Shot.of(scene).whole(side, new SplittableRandom(0)).pixels();
        float[] tokens;
        try (var scope = clip.scope().newSubManager()) {
            var picture = Tensors.floats(scope, pixels, 1, 3, side, side);
            tokens = clip.surgery(scope, picture, depth).toFloatArray();
        }
        var unit = Similarity.normalized(tokens, width, Similarity.Axis.CHANNELS);
        return new SeenScene(
                scene,
                cosines(Arrays.copyOf(tokens, width)),
                Similarity.without(unit, classes, redundant),
                side / clip.config().vision().patch());
    }

    private double[] cosines(float... embedding) {
        var unit = Similarity.normalized(embedding, embedding.length, Similarity.Axis.CHANNELS);
        var cosines = new double[classes.length];
        for (int c = 0; c < cosines.length; c++) {
            for (int i = 0; i < unit.length; i++) {
                cosines[c] += (double) unit[i] * classes[c][i];
            }
        }
        return cosines;
    }

    private static <T> double share(List<T> all, Predicate<T> isRight) {
        return (double) all.stream().filter(isRight).count() / all.size();
    }

    private static <T> double mean(List<T> all, ToDoubleFunction<T> value) {
        return all.stream().mapToDouble(value).average().orElse(Double.NaN);
    }

    @Override
    public void close() {
        tokenizer.close();
        clip.close();
    }
}
