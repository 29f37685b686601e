package dev.millrace.workers.train.flow;

import dev.millrace.protocol.Quality;
import dev.millrace.workers.image.ImageFolder;
import dev.millrace.workers.image.Strategy;
import dev.millrace.workers.image.Strategy.Step;
import dev.millrace.workers.image.flow.FlowModel;
import dev.millrace.workers.image.flow.Guidance;
import dev.millrace.workers.image.solve.NoNumbersException;
import dev.millrace.workers.image.solve.Window;
import dev.millrace.workers.train.flow.Trial.Subject;

import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Measures how the blocks of a flow are best inverted on a device: for each the window that is
 * fastest, and for each quality the tolerances that save most time for an error of the picture that
 * is allowed in all.
 *
 * <p>Errors are held against the picture that is made token by token. Those of several blocks are
 * taken to add up, which is checked at last with pictures that nothing was chosen by.
 */
public final class FlowCalibration {
    /** Peak signal to noise ratios, in decibels. */
    private static final Map<Quality, Double> WANTED =
            Map.of(Quality.LOW, 32.0, Quality.MEDIUM, 40.0, Quality.HIGH, 55.0);

    private static final int[] WIDTHS = {8, 16, 32, 64, 128, 256, 512};
    private static final double[] TOLERANCES = {1e-4, 1e-3, 0.003, 0.01, 0.03, 0.1, 0.3};
    private static final double TYPICAL = 0.01;
    private static final Window EXACT = new Window(1, 0);

    private final FlowModel model;
    private final List<Subject> subjects;
    private final List<Subject> others;
    private List<Trial> exact = List.of();

    /**
     * What was found.
     *
     * @param sequential seconds of a picture that is made token by token
     * @param seconds of a picture of each quality
     * @param decibels of each quality: the worst of pictures that nothing was chosen by
     */
    public record Result(
            Strategy strategy,
            double sequential,
            Map<Quality, Double> seconds,
            Map<Quality, Double> decibels) {}

    /**
     * @param pictures how many are made each time; as many others are made at the end
     */
    public FlowCalibration(FlowModel model, ImageFolder folder, int pictures) {
        if (pictures < 1) {
            throw new IllegalArgumentException("pictures must be at least 1, was " + pictures);
        }
        this.model = model;
        this.subjects = subjects(folder, 0, pictures);
        this.others = subjects(folder, pictures, pictures);
    }

    private static List<Subject> subjects(ImageFolder folder, int from, int count) {
        int classes = folder.facts().classes().size();
        var guidance =
                folder.guidance() > 0
                        ? new Guidance(folder.guidance(), 1, true, Guidance.Target.BOTH)
                        : Guidance.NONE;
        return IntStream.range(from, from + count)
                .mapToObj(i ->
                        new Subject(
                                1 + (long) i, classes == 0 ? FlowModel.ANY : i % classes, guidance))
                .toList();
    }

    /** Measures; takes some hundred pictures' time. On a prepared thread. */
    public Result run() {
        exact = trials(subjects, uniform(EXACT));
        int[] widths = widths();
        var costs = costs(widths);
        Map<Quality, List<Step>> steps = new EnumMap<>(Quality.class);
        Strategy.QUALITIES.forEach(
                quality -> steps.put(quality, costs.choose(allowed(quality)).steps(widths)));
        return verified(new Strategy(steps));
    }

    /** Half of what is wanted: other pictures may be harder than those that are measured. */
    private static double allowed(Quality quality) {
        return 2 / Math.pow(10, WANTED.getOrDefault(quality, 0.0) / 10);
    }

    private List<Window> uniform(Window window) {
        return Collections.nCopies(model.blocks(), window);
    }

    private List<Trial> trials(List<Subject> of, List<Window> windows) {
        return of.stream().map(subject -> Trial.of(model, subject, windows)).toList();
    }

    /** The fastest of each block, all at the same tolerance. */
    private int[] widths() {
        var best = new int[model.blocks()];
        var least = new double[model.blocks()];
        for (int width : WIDTHS) {
            if (width > WIDTHS[0] && width >= 2 * model.patches().tokens()) {
                break;
            }
            double[] seconds = seconds(trials(subjects, uniform(new Window(width, TYPICAL))));
            for (int i = 0; i < best.length; i++) {
                if (best[i] == 0 || seconds[i] < least[i]) {
                    best[i] = width;
                    least[i] = seconds[i];
                }
            }
        }
        return best;
    }

    /** Each block's mean. */
    private static double[] seconds(List<Trial> trials) {
        var mean = new double[trials.getFirst().seconds().length];
        for (var trial : trials) {
            for (int i = 0; i < mean.length; i++) {
                mean[i] += trial.seconds()[i] / trials.size();
            }
        }
        return mean;
    }

    /** What each tolerance does in each block while all others are as exact as can be. */
    private ToleranceCosts costs(int... widths) {
        var costs = new ToleranceCosts(model.blocks(), TOLERANCES);
        for (int block = 0; block < model.blocks(); block++) {
            for (int level = 0; level < TOLERANCES.length; level++) {
                var windows = new ArrayList<>(windows(TOLERANCES[0], widths));
                windows.set(block, new Window(widths[block], TOLERANCES[level]));
                measure(costs, block, level, windows);
            }
        }
        return costs;
    }

    /** A tolerance that leads nowhere is infinitely bad. */
    private void measure(ToleranceCosts costs, int block, int level, List<Window> windows) {
        try {
            var trials = trials(subjects, windows);
            costs.put(block, level, error(trials), seconds(trials)[block], sweeps(trials, block));
        } catch (NoNumbersException _) {
            costs.put(block, level, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, 1);
        }
    }

    private static List<Window> windows(double tolerance, int... widths) {
        return IntStream.of(widths).mapToObj(width -> new Window(width, tolerance)).toList();
    }

    /** Of the worst picture. */
    private double error(List<Trial> trials) {
        return IntStream.range(0, trials.size())
                .mapToDouble(i -> trials.get(i).error(exact.get(i)))
                .max()
                .orElse(0);
    }

    private static double sweeps(List<Trial> trials, int block) {
        return trials.stream().mapToInt(trial -> trial.sweeps()[block]).average().orElse(0);
    }

    /** Makes other pictures both ways. */
    private Result verified(Strategy strategy) {
        exact = trials(others, uniform(EXACT));
        Map<Quality, Double> seconds = new LinkedHashMap<>();
        Map<Quality, Double> decibels = new LinkedHashMap<>();
        for (var quality : Strategy.QUALITIES) {
            var windows = strategy.of(quality).stream().map(Step::window).toList();
            var trials = trials(others, windows);
            seconds.put(quality, mean(trials));
            decibels.put(quality, Trial.decibels(error(trials)));
        }
        return new Result(strategy, mean(exact), seconds, decibels);
    }

    private static double mean(List<Trial> trials) {
        return trials.stream().mapToDouble(Trial::total).average().orElse(0);
    }
}
