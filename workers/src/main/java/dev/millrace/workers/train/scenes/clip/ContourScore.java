package dev.millrace.workers.train.scenes.clip;

import dev.millrace.workers.segment.mask.Components;
import dev.millrace.workers.segment.mask.Connectivity;
import dev.millrace.workers.segment.mask.Mask;
import dev.millrace.workers.segment.zip.Clustering;
import dev.millrace.workers.train.scenes.MiniScene;

import java.util.Arrays;

/**
 * How well the cells of boundary clusters lie on the contours of objects, where objects are: a cell
 * is right if a contour is at most one cell away.
 *
 * @param near of the cells found, how many are right
 * @param found how many cells were found
 * @param met of the contours' cells, near how many a cell was found
 * @param contour how many cells the contours have
 * @param metBetween of the contours' cells between two objects, near how many a cell was found
 * @param between how many cells lie between two objects
 */
public record ContourScore(int near, int found, int met, int contour, int metBetween, int between) {
    static final ContourScore NONE = new ContourScore(0, 0, 0, 0, 0, 0);
    private static final int BACKGROUND = -1;

    /** The published boundary score of a fragment from which on it is a boundary. */
    private static final double LOSS = 3;

    public double precision() {
        return found == 0 ? 0 : (double) near / found;
    }

    public double recall() {
        return contour == 0 ? 0 : (double) met / contour;
    }

    public double f1() {
        double sum = precision() + recall();
        return sum == 0 ? 0 : 2 * precision() * recall() / sum;
    }

    public double recallBetween() {
        return between == 0 ? 0 : (double) metBetween / between;
    }

    ContourScore plus(ContourScore other) {
        return new ContourScore(
                near + other.near,
                found + other.found,
                met + other.met,
                contour + other.contour,
                metBetween + other.metBetween,
                between + other.between);
    }

    /** Of the fragments that the published rule takes for boundaries by their shape. */
    static ContourScore of(MiniScene scene, Clustering clustering) {
        int height = clustering.height();
        int width = clustering.width();
        var pieces = Components.of(height, width, clustering.labels(), Connectivity.FOUR);
        var isBoundary = new boolean[pieces.all().size()];
        for (var piece : pieces.all()) {
            isBoundary[piece.label()] = piece.box().area() >= LOSS * piece.area();
        }
        var found = Mask.of(height, width, cell -> isBoundary[pieces.label(cell)]);
        return of(owners(scene, height, width), found);
    }

    /** If every cell were a boundary: what any finding must be better than. */
    static ContourScore ofEverything(MiniScene scene, int height, int width) {
        return of(owners(scene, height, width), Mask.of(height, width, _ -> true));
    }

    /** Against the objects that own each cell; negative where there is none. */
    static ContourScore of(int[] owners, Mask found) {
        int height = found.height();
        int width = found.width();
        var contour = contour(owners, height, width, false);
        var between = contour(owners, height, width, true);
        var objects = grown(Mask.of(height, width, cell -> owners[cell] >= 0));
        var seen = found.and(objects);
        var reached = grown(seen);
        return new ContourScore(
                seen.intersection(grown(contour)),
                seen.area(),
                contour.intersection(reached),
                contour.area(),
                between.intersection(reached),
                between.area());
    }

    /** Which object each cell's middle belongs to. */
    static int[] owners(MiniScene scene, int height, int width) {
        var owners = new int[height * width];
        Arrays.fill(owners, BACKGROUND);
        for (int cell = 0; cell < owners.length; cell++) {
            int row = (2 * (cell / width) + 1) * scene.side() / (2 * height);
            int column = (2 * (cell % width) + 1) * scene.side() / (2 * width);
            for (int i = 0; i < scene.objects().size(); i++) {
                if (scene.objects().get(i).visible().has(row, column)) {
                    owners[cell] = i;
                }
            }
        }
        return owners;
    }

    /** Cells whose right or lower neighbour belongs to another, or to another object. */
    private static Mask contour(int[] owners, int height, int width, boolean isBetween) {
        return Mask.of(
                height,
                width,
                cell -> {
                    boolean right =
                            cell % width + 1 < width && differ(owners, cell, cell + 1, isBetween);
                    boolean below =
                            cell / width + 1 < height
                                    && differ(owners, cell, cell + width, isBetween);
                    return right || below;
                });
    }

    private static boolean differ(int[] owners, int cell, int other, boolean isBetween) {
        boolean areObjects = owners[cell] >= 0 && owners[other] >= 0;
        return owners[cell] != owners[other] && (areObjects || !isBetween);
    }

    /** With all eight neighbours of its cells. */
    private static Mask grown(Mask mask) {
        int height = mask.height();
        int width = mask.width();
        var isNear = new boolean[mask.pixels()];
        mask.stream()
                .forEach(cell -> {
                    for (int row = Math.max(0, cell / width - 1);
                            row <= Math.min(height - 1, cell / width + 1);
                            row++) {
                        for (int column = Math.max(0, cell % width - 1);
                                column <= Math.min(width - 1, cell % width + 1);
                                column++) {
                            isNear[row * width + column] = true;
                        }
                    }
                });
        return Mask.of(height, width, cell -> isNear[cell]);
    }
}
