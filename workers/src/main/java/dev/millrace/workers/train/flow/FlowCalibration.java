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
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;

/**
 * Measures how the blocks of a flow are best inverted on a device, alone and among others: for each
 * quality the windows that save most time for an error of the picture that is allowed in all. One
 * of them is token after token, so that nothing is slower than that.
 *
 * <p>Errors are held against the picture that is made token by token. Those of several blocks are
 * taken to add up, which is checked at last with pictures that nothing was chosen by.
 */
public final class FlowCalibration {
    /** Peak signal to noise ratios, in decibels. */
    private static final Map<Quality, Double> WANTED =
            Map.of(Quality.LOW, 32.0, Quality.MEDIUM, 40.0, Quality.HIGH, 55.0);

    private static final int[] WIDTHS = {4, 8, 16, 32, 64, 128, 256, 512};
    private static final double[] TOLERANCES = {1e-3, 0.003, 0.01, 0.03, 0.1, 0.3};
    private static final int MANY = 8;
    private static final int ATTEMPTS = 4;
    private static final double TIGHTER = 4;

    private final FlowModel model;
    private final LongSupplier clock;
    private final List<Subject> subjects;
    private final List<Subject> others;
    private final Timing timing;
    private List<Trial> exact = List.of();
    private Window finest = Window.TOKENWISE;

    /**
     * What was found.
     *
     * @param sequential seconds of a picture that is made token by token
     * @param seconds of a picture of each quality
     * @param decibels of each quality: the worst of pictures that nothing was chosen by, at least
     *     what was wanted
     */
    public record Result(
            Strategy strategy,
            double sequential,
            Map<Quality, Double> seconds,
            Map<Quality, Double> decibels) {}

    /**
     * @param pictures how many are made each time; as many others are made at the end
     * @param clock nanoseconds: of the time that passes, or, where this thread alone computes and
     *     the machine has other work, of its own
     */
    public FlowCalibration(FlowModel model, ImageFolder folder, int pictures, LongSupplier clock) {
        if (pictures < 1) {
            throw new IllegalArgumentException("pictures must be at least 1, was " + pictures);
        }
        this.model = model;
        this.clock = clock;
        this.subjects = subjects(folder, 0, pictures);
        this.others = subjects(folder, pictures, pictures);
        this.timing = new Timing(model, subjects.stream().map(Subject::unguided).toList(), clock);
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

    /** The decibels that pictures of a quality are to be from the exact one, at least. */
    public static double wanted(Quality quality) {
        return WANTED.getOrDefault(quality, 0.0);
    }

    /** Measures; takes some hundred pictures' time. On a prepared thread. */
    public Result run() {
        exact = trials(subjects, uniform(Window.TOKENWISE));
        var windows = new ArrayList<Window>();
        var alone = new ArrayList<Timing.Cost>();
        measure(windows, alone);
        var among = among(windows, alone);
        finest = finest(windows, alone);
        var errors = errors(windows, alone, among);
        return verified(costs(windows, alone, errors), costs(windows, among, errors));
    }

    /** As good as exact, and faster than that where windows are. */
    private Window finest(List<Window> windows, List<Timing.Cost> alone) {
        return IntStream.range(0, windows.size())
                .filter(i -> windows.get(i).tolerance() <= TOLERANCES[0])
                .boxed()
                .min(Comparator.comparingDouble(i -> alone.get(i).total()))
                .map(i -> new Window(windows.get(i).width(), windows.get(i).tolerance() / 10))
                .orElse(Window.TOKENWISE);
    }

    /** Token after token first, then from the narrowest on, as long as any saves time. */
    private void measure(List<Window> windows, List<Timing.Cost> alone) {
        windows.add(Window.TOKENWISE);
        alone.add(timing.alone(Window.TOKENWISE));
        for (int width : WIDTHS) {
            boolean isOfUse = width < 2 * model.patches().tokens();
            for (int i = 0; isOfUse && i < TOLERANCES.length; i++) {
                var window = new Window(width, TOLERANCES[i]);
                windows.add(window);
                alone.add(timing.alone(window));
            }
            if (!isOfUse || !savesAnywhere(alone, windows.size() - 1)) {
                return;
            }
        }
    }

    private boolean savesAnywhere(List<Timing.Cost> costs, int window) {
        return IntStream.range(0, model.blocks()).anyMatch(block -> saves(costs, block, window));
    }

    /**
     * Of pictures that are made together, which take as many sweeps as one alone. What saves no
     * time alone saves none there, where a token costs less.
     */
    private List<Timing.Cost> among(List<Window> windows, List<Timing.Cost> alone) {
        return IntStream.range(0, windows.size())
                .mapToObj(i ->
                        i == 0 || savesAnywhere(alone, i)
                                ? new Timing.Cost(
                                        timing.among(uniform(windows.get(i)), MANY),
                                        alone.get(i).sweeps())
                                : Timing.Cost.infinite(model.blocks()))
                .toList();
    }

    /**
     * What each window does in each block while all others are as exact as can be; those that save
     * no time are not looked at.
     */
    private double[][] errors(
            List<Window> windows, List<Timing.Cost> alone, List<Timing.Cost> among) {
        var errors = new double[model.blocks()][windows.size()];
        for (int block = 0; block < errors.length; block++) {
            for (int i = 1; i < windows.size(); i++) {
                boolean isOfUse = saves(alone, block, i) || saves(among, block, i);
                errors[block][i] =
                        isOfUse ? errorOf(block, windows.get(i)) : Double.POSITIVE_INFINITY;
            }
        }
        return errors;
    }

    private static boolean saves(List<Timing.Cost> costs, int block, int window) {
        return costs.get(window).seconds()[block] < costs.getFirst().seconds()[block];
    }

    private double errorOf(int block, Window window) {
        var windows = new ArrayList<>(uniform(finest));
        windows.set(block, window);
        return errorOf(windows);
    }

    /** What leads nowhere is infinitely bad. */
    private double errorOf(List<Window> windows) {
        try {
            return error(trials(subjects, windows));
        } catch (NoNumbersException _) {
            return Double.POSITIVE_INFINITY;
        }
    }

    private WindowCosts costs(List<Window> windows, List<Timing.Cost> costs, double[][] errors) {
        var all = new WindowCosts(model.blocks(), windows);
        for (int block = 0; block < model.blocks(); block++) {
            for (int i = 0; i < windows.size(); i++) {
                var cost = costs.get(i);
                all.put(block, i, errors[block][i], cost.seconds()[block], cost.sweeps()[block]);
            }
        }
        return all;
    }

    /** The least number of pictures without guidance that the steps for many serve better. */
    private int many(Map<Quality, List<Step>> steps, Map<Quality, List<Step>> together) {
        var one = steps.getOrDefault(Quality.MEDIUM, List.of());
        var other = together.getOrDefault(Quality.MEDIUM, List.of());
        for (int pictures = 2; pictures < MANY; pictures++) {
            double first = sum(timing.among(windowsOf(one), pictures));
            double second = sum(timing.among(windowsOf(other), pictures));
            if (second < first) {
                return pictures;
            }
        }
        return MANY;
    }

    private static List<Window> windowsOf(List<Step> steps) {
        return steps.stream().map(Step::window).toList();
    }

    private static double sum(double... values) {
        return Arrays.stream(values).sum();
    }

    /** Half of what is wanted: other pictures may be harder than those that are measured. */
    private static double allowed(Quality quality) {
        return 2 / Math.pow(10, wanted(quality) / 10);
    }

    private List<Window> uniform(Window window) {
        return Collections.nCopies(model.blocks(), window);
    }

    private List<Trial> trials(List<Subject> of, List<Window> windows) {
        return of.stream().map(subject -> Trial.of(model, subject, windows, clock)).toList();
    }

    /** Of the worst picture. */
    private double error(List<Trial> trials) {
        return IntStream.range(0, trials.size())
                .mapToDouble(i -> trials.get(i).error(exact.get(i)))
                .max()
                .orElse(0);
    }

    /**
     * Makes other pictures both ways, one at a time. Where they are not as good as wanted, less is
     * allowed, and at last nothing: token after token.
     */
    private Result verified(WindowCosts alone, WindowCosts among) {
        exact = trials(others, uniform(Window.TOKENWISE));
        Map<Quality, List<Step>> steps = new EnumMap<>(Quality.class);
        Map<Quality, List<Step>> together = new EnumMap<>(Quality.class);
        Map<Quality, Double> seconds = new LinkedHashMap<>();
        Map<Quality, Double> decibels = new LinkedHashMap<>();
        for (var quality : Strategy.QUALITIES) {
            var checked = checked(quality, alone);
            steps.put(quality, checked.steps());
            together.put(quality, checked.of(among));
            seconds.put(quality, mean(checked.trials()));
            decibels.put(quality, Trial.decibels(error(checked.trials())));
        }
        var strategy = new Strategy(steps, together, many(steps, together));
        return new Result(strategy, mean(exact), seconds, decibels);
    }

    /**
     * Steps that keep a quality with the other pictures.
     *
     * @param allowed the error with which they were chosen; nothing if they are token after token
     */
    private record Checked(List<Step> steps, List<Trial> trials, OptionalDouble allowed) {
        /** What the same error allows at other costs. */
        List<Step> of(WindowCosts costs) {
            return allowed.isPresent() ? costs.choose(allowed.getAsDouble()) : costs.first();
        }
    }

    private Checked checked(Quality quality, WindowCosts costs) {
        double allowed = allowed(quality);
        for (int attempt = 0; attempt < ATTEMPTS; attempt++, allowed /= TIGHTER) {
            var steps = costs.choose(allowed);
            var trials = tried(steps);
            if (trials.isPresent() && isGoodEnough(trials.get(), quality)) {
                return new Checked(steps, trials.get(), OptionalDouble.of(allowed));
            }
        }
        return new Checked(costs.first(), exact, OptionalDouble.empty());
    }

    /** With the other pictures; nothing if they lead nowhere. */
    private Optional<List<Trial>> tried(List<Step> steps) {
        try {
            return Optional.of(trials(others, windowsOf(steps)));
        } catch (NoNumbersException _) {
            return Optional.empty();
        }
    }

    private boolean isGoodEnough(List<Trial> trials, Quality quality) {
        return Trial.decibels(error(trials)) >= wanted(quality);
    }

    private static double mean(List<Trial> trials) {
        return trials.stream().mapToDouble(Trial::total).average().orElse(0);
    }
}
