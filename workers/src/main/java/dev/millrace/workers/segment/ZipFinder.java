package dev.millrace.workers.segment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.millrace.workers.segment.clip.ClassTexts;
import dev.millrace.workers.segment.clip.Clip;
import dev.millrace.workers.segment.clip.ClipConfig;
import dev.millrace.workers.segment.clip.ClipTokenizer;
import dev.millrace.workers.segment.clip.PromptTemplates;
import dev.millrace.workers.segment.clip.ResNet;
import dev.millrace.workers.segment.clip.Similarity;
import dev.millrace.workers.segment.picture.Normalization;
import dev.millrace.workers.segment.picture.Picture;
import dev.millrace.workers.segment.picture.PixelScript;
import dev.millrace.workers.segment.sam.Sam;
import dev.millrace.workers.segment.sam.SamConfig;
import dev.millrace.workers.segment.zip.Colours;
import dev.millrace.workers.segment.zip.Features;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Zip: CLIP says what is where, the clusters of CLIP's residual network, or of the picture's own
 * colours, what belongs together, SAM draws it. A folder holds them as {@code clip}, {@code trunk}
 * and {@code sam}.
 */
public final class ZipFinder implements Finder {
    private static final int MOST_TEXTS = 1000;

    /** A long picture's long side, in short sides, that the residual network still sees. */
    private static final double LONGEST = 4;

    private static final float FULL = 255;

    private final Recipe recipe;
    private final Clip clip;
    private final ClipTokenizer tokenizer;
    private final ClassTexts texts;
    private final Optional<ResNet> trunk;
    private final Sam sam;
    private final PixelScript clipPixels;
    private final Optional<PixelScript> trunkPixels;
    private final Map<String, float[]> embeddings = new LinkedHashMap<>(16, 0.75f, true);

    private ZipFinder(
            Recipe recipe, Clip clip, ClipTokenizer tokenizer, Optional<ResNet> trunk, Sam sam) {
        this.recipe = recipe;
        this.clip = clip;
        this.tokenizer = tokenizer;
        this.texts = new ClassTexts(clip, tokenizer, PromptTemplates.ALL);
        this.trunk = trunk;
        this.sam = sam;
        this.clipPixels = new PixelScript(clip.scope());
        this.trunkPixels = trunk.map(network -> new PixelScript(network.scope()));
    }

    /** Loads a folder's networks. */
    public static ZipFinder open(
            Path folder, Recipe recipe, Devices.Choice device, ElementType inner) {
        var open = new ArrayList<AutoCloseable>();
        try {
            var clip = kept(open, Clip.open(folder.resolve("clip"), device, inner));
            var tokenizer =
                    kept(
                            open,
                            ClipTokenizer.open(
                                    folder.resolve("clip"), clip.config().text().context()));
            var trunk = trunk(folder, recipe, device, inner).map(network -> kept(open, network));
            var sam = kept(open, Sam.open(folder.resolve("sam"), device, inner));
            return new ZipFinder(recipe, clip, tokenizer, trunk, sam);
        } catch (RuntimeException e) {
            open.reversed().forEach(ZipFinder::close);
            throw e;
        }
    }

    /** It may be absent where nothing is looked for in it. */
    private static Optional<ResNet> trunk(
            Path folder, Recipe recipe, Devices.Choice device, ElementType inner) {
        var path = folder.resolve("trunk");
        boolean isNeeded = recipe.boundaries().source() == Boundaries.Source.TRUNK;
        return isNeeded || Files.isDirectory(path)
                ? Optional.of(ResNet.open(path, device, inner))
                : Optional.empty();
    }

    /** Channels of the widest network in a folder. */
    static int width(Path folder) {
        return Math.max(
                ClipConfig.read(folder.resolve("clip")).vision().tower().width(),
                SamConfig.read(folder.resolve("sam")).vision().width());
    }

    private static <T extends AutoCloseable> T kept(List<AutoCloseable> open, T opened) {
        open.add(opened);
        return opened;
    }

    private static void close(AutoCloseable opened) {
        try {
            opened.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same networks with another recipe; only the first finder is to be closed. */
    public ZipFinder using(Recipe other) {
        return new ZipFinder(other, clip, tokenizer, trunk, sam);
    }

    public Recipe recipe() {
        return recipe;
    }

    public Sam sam() {
        return sam;
    }

    @Override
    public Look begin(Picture picture) {
        return new ZipLook(this, picture);
    }

    /** Looks at a picture without a break; the caller closes what is returned. */
    public ZipScene look(Picture picture) {
        var look = new ZipLook(this, picture);
        var scene = look.step();
        while (scene.isEmpty()) {
            scene = look.step();
        }
        return scene.get();
    }

    /** In what boundaries are looked for. */
    public Features features(Picture picture) {
        return switch (recipe.boundaries().source()) {
            case TRUNK -> trunkFeatures(picture);
            case COLOURS -> colours(picture);
        };
    }

    private Features trunkFeatures(Picture picture) {
        var network = trunk.orElseThrow(() -> new IllegalStateException("there is no trunk"));
        int least = network.trunkStride();
        var size = Size.of(picture, recipe.boundaries().trunkSide(), least);
        try (var scope = network.scope().newSubManager()) {
            var pixels = pixels(trunkPixels.orElseThrow(), scope, picture, size);
            var cells = network.trunk(scope, pixels);
            var shape = cells.getShape();
            return new Features(
                    (int) shape.get(1),
                    (int) shape.get(2),
                    (int) shape.get(3),
                    cells.toFloatArray());
        }
    }

    private Features colours(Picture picture) {
        var size = Size.of(picture, recipe.boundaries().colourSide(), 1);
        try (var scope = clip.scope().newSubManager()) {
            var colours = resized(clipPixels, scope, picture, size).div(FULL);
            return Colours.of(colours.toFloatArray(), size.height(), size.width());
        }
    }

    /** Of a picture that a network is shown. */
    private record Size(int height, int width) {
        /** With a short side of that many pixels, unless the long one is too long then. */
        static Size of(Picture picture, int side, int least) {
            double shortest = Math.min(picture.width(), picture.height());
            double longest = Math.max(picture.width(), picture.height());
            double scale = Math.min(side / shortest, LONGEST * side / longest);
            return new Size(
                    Math.max(least, (int) Math.round(scale * picture.height())),
                    Math.max(least, (int) Math.round(scale * picture.width())));
        }
    }

    private static NDArray resized(
            PixelScript script, NDManager scope, Picture picture, Size size) {
        return script.resized(
                scope,
                script.colours(scope, picture),
                size.height(),
                size.width(),
                PixelScript.Filter.BICUBIC);
    }

    private static NDArray pixels(PixelScript script, NDManager scope, Picture picture, Size size) {
        return script.normalized(scope, resized(script, scope, picture, size), Normalization.CLIP);
    }

    /** What CLIP says of a picture: the class token and the cells, [1 + cells, projection]. */
    public float[] tokens(Picture picture) {
        int side = recipe.looking().side();
        try (var scope = clip.scope().newSubManager()) {
            var pixels = pixels(clipPixels, scope, picture, new Size(side, side));
            return clip.surgery(scope, pixels, recipe.looking().depth()).toFloatArray();
        }
    }

    /** Of CLIP's tokens and texts. */
    int projection() {
        return clip.config().projection();
    }

    /** Along each side of the square of tokens. */
    int clipGrid() {
        return recipe.looking().side() / clip.config().vision().patch();
    }

    /** A class's embedding, of length one; that of no class for an empty name. */
    float[] text(String name) {
        var known = embeddings.get(name);
        if (known == null) {
            known = texts.of(name);
            embeddings.put(name, known);
            if (embeddings.size() > MOST_TEXTS) {
                embeddings.remove(embeddings.keySet().iterator().next());
            }
        }
        return known;
    }

    /** Embeds the first of some classes that has not been embedded; false if all have been. */
    boolean learn(List<String> classes) {
        for (var name : classes) {
            if (embeddings.get(name) == null) {
                text(name);
                return true;
            }
        }
        return false;
    }

    /** How alike cells are to classes. */
    Similarity similarity(float[] tokens, List<String> classes) {
        var unit = Similarity.normalized(tokens, projection(), recipe.looking().axis());
        return Similarity.without(
                unit, classes.stream().map(this::text).toArray(float[][]::new), text(""));
    }

    @Override
    public void close() {
        close(sam);
        trunk.ifPresent(ZipFinder::close);
        close(tokenizer);
        close(clip);
    }
}
