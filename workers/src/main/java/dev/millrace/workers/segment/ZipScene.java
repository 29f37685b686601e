package dev.millrace.workers.segment;

import dev.millrace.protocol.MaskPrompt;
import dev.millrace.workers.segment.clip.Similarity;
import dev.millrace.workers.segment.sam.Embedding;
import dev.millrace.workers.segment.zip.ActivationMap;
import dev.millrace.workers.segment.zip.Ask;
import dev.millrace.workers.segment.zip.BestFirst;
import dev.millrace.workers.segment.zip.ClassScores;
import dev.millrace.workers.segment.zip.Clustering;
import dev.millrace.workers.segment.zip.DecodedProposals;
import dev.millrace.workers.segment.zip.PooledScores;
import dev.millrace.workers.segment.zip.PresenceScores;
import dev.millrace.workers.segment.zip.Proposal;
import dev.millrace.workers.segment.zip.Zip;

import java.util.Arrays;
import java.util.List;
import java.util.function.Function;

/** What Zip has of a picture before it knows what to look for. */
public final class ZipScene implements Scene {
    /** What cosines are multiplied by where classes compete for a mask, as CLIP does it. */
    private static final double SHARPNESS = 100;

    private final ZipFinder finder;
    private final float[] tokens;
    private final List<Clustering> clusterings;
    private final Embedding embedding;
    private final SamDrawing drawing;

    /**
     * @param tokens CLIP's, [1 + cells, projection]
     * @param embedding SAM's; closed with this
     */
    ZipScene(ZipFinder finder, float[] tokens, List<Clustering> clusterings, Embedding embedding) {
        this.finder = finder;
        this.tokens = tokens;
        this.clusterings = List.copyOf(clusterings);
        this.embedding = embedding;
        this.drawing = new SamDrawing(finder.sam().decoder(embedding));
    }

    @Override
    public int height() {
        return embedding.frame().height();
    }

    @Override
    public int width() {
        return embedding.frame().width();
    }

    @Override
    public long bytes() {
        long cells = 0;
        for (var clustering : clusterings) {
            cells += (long) clustering.height() * clustering.width();
        }
        return embedding.bytes() + Float.BYTES * (tokens.length + cells);
    }

    @Override
    public boolean learn(List<String> classes) {
        return finder.learn(classes);
    }

    @Override
    public Findings find(List<String> classes, int most, double minScore) {
        var zip = new Zip(finder.recipe().zip());
        return find(classes, most, minScore, maps -> zip.plan(clusterings, maps));
    }

    /** The same without the clusters: see {@link Zip#planActive}. */
    public Findings findActive(List<String> classes, int most, double minScore) {
        var zip = new Zip(finder.recipe().zip());
        var grid = clusterings.getFirst();
        return find(
                classes, most, minScore, maps -> zip.planActive(maps, grid.height(), grid.width()));
    }

    private Findings find(
            List<String> classes,
            int most,
            double minScore,
            Function<List<ActivationMap>, Zip.Plan> planner) {
        if (classes.isEmpty()) {
            var nothing = new PresenceScores(List.of());
            return findings(List.of(), List.of(), nothing, most, minScore);
        }
        var similarity = finder.similarity(tokens, classes);
        var present = present(similarity, classes);
        var maps = present.stream().map(each -> map(similarity, each.label())).toList();
        return findings(
                present, planner.apply(maps).asks(), scores(present, similarity), most, minScore);
    }

    private Findings findings(
            List<Present> present, List<Ask> asks, ClassScores scores, int most, double minScore) {
        var proposer = new DecodedProposals(drawing, finder.recipe().rules(), scores);
        var masks = new BestFirst(asks, proposer, finder.recipe().telling(most, minScore));
        return new Findings(present, Math.min(asks.size(), BestFirst.MOST_ASKS), masks);
    }

    /** How surely a mask shows each of the classes that are there; labels are places in them. */
    public ClassScores scores(List<String> classes, List<Present> present) {
        return scores(present, finder.similarity(tokens, classes));
    }

    /** The classes that seem to be there. */
    public List<Present> present(List<String> classes) {
        return present(finder.similarity(tokens, classes), classes);
    }

    private List<Present> present(Similarity similarity, List<String> classes) {
        var cosines = new double[classes.size()];
        var greatest = new double[classes.size()];
        var picture =
                Similarity.normalized(classToken(), finder.projection(), Similarity.Axis.CHANNELS);
        for (int i = 0; i < cosines.length; i++) {
            cosines[i] = dot(picture, finder.text(classes.get(i)));
            greatest[i] = Double.NEGATIVE_INFINITY;
            for (float cell : similarity.cells(i)) {
                greatest[i] = Math.max(greatest[i], cell);
            }
        }
        return finder.recipe().presence().of(cosines, greatest);
    }

    private float[] classToken() {
        return Arrays.copyOf(tokens, finder.projection());
    }

    private static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    private ActivationMap map(Similarity similarity, int label) {
        int grid = finder.clipGrid();
        return ActivationMap.of(similarity.cells(label), grid, grid, height(), width());
    }

    private ClassScores scores(List<Present> present, Similarity similarity) {
        var presence = new PresenceScores(present.stream().map(Present::score).toList());
        if (!finder.recipe().ranking().pools() || present.isEmpty()) {
            return presence;
        }
        int grid = finder.clipGrid();
        var cells = new float[grid * grid * present.size()];
        for (int label = 0; label < present.size(); label++) {
            float[] values = similarity.cells(present.get(label).label());
            for (int cell = 0; cell < values.length; cell++) {
                cells[cell * present.size() + label] = values[cell];
            }
        }
        return new PooledScores(presence, cells, grid, grid, SHARPNESS);
    }

    @Override
    public List<Proposal> draw(List<MaskPrompt> prompts) {
        return drawing.draw(prompts);
    }

    @Override
    public void close() {
        embedding.close();
    }
}
