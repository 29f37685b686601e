package dev.millrace.workers.image;

import dev.millrace.protocol.Body;
import dev.millrace.workers.image.flow.FlowModel;
import dev.millrace.workers.image.flow.Inversion;
import dev.millrace.workers.image.flow.Inversion.Change;
import dev.millrace.workers.image.flow.Inversion.Run;
import dev.millrace.workers.image.solve.Course;
import dev.millrace.workers.tensor.Generator;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One picture while it is made, sweep by sweep; a function of its job and its number in it. The
 * engine's thread.
 */
final class Painting implements AutoCloseable {
    /** A preview's header stays small; what is older has been seen by those who look. */
    private static final int MOST_RESIDUALS = 64;

    private static final MathContext DIGITS = new MathContext(3);

    private final FlowModel model;
    private final Order order;
    private final int number;
    private final List<Strategy.Step> steps;
    private final double[] shares;
    private final Inversion inversion;
    private final List<Integer> counts = new ArrayList<>();
    private final List<Integer> tokenwise = new ArrayList<>();
    private final List<Double> residuals = new ArrayList<>();
    private Course course;
    private int sweeps;

    /** How far it is. */
    record Progress(int block, double fraction, List<Double> residuals, Body.Sweeps sweeps) {
        Progress {
            residuals = List.copyOf(residuals);
        }
    }

    Painting(FlowModel model, Order order, int number, List<Strategy.Step> steps) {
        this.model = model;
        this.order = order;
        this.number = number;
        this.steps = steps;
        this.shares = Strategy.shares(steps);
        int[] label = {order.parameters().label()};
        this.inversion = model.invert(noise(), label, order.guidance());
        this.course = begin(0);
    }

    /** Picture i of a seed is the same in every job. */
    private float[] noise() {
        var generator = new Generator(order.parameters().seed());
        var noise = new float[model.patches().values()];
        for (int i = 0; i < noise.length; i++) {
            noise[i] = (float) generator.normal(i, number);
        }
        return noise;
    }

    private Course begin(int step) {
        inversion.enter(steps.size() - 1 - step);
        counts.add(0);
        return new Course(inversion, 0, steps.get(step).window());
    }

    /** Makes one sweep. Must not be done yet. */
    void sweep() {
        took(inversion.sweep(next(), Double.POSITIVE_INFINITY));
    }

    /** What the next sweep is over; enters the next block if the last one is done. */
    Run next() {
        if (course.isDone()) {
            course = begin(counts.size());
        }
        return course.next();
    }

    /** Goes on after a sweep over {@link #next}. */
    void took(Change change) {
        boolean wasTokenwise = course.isTokenwise();
        double residual = course.advance(change.greatest());
        sweeps++;
        counts.set(counts.size() - 1, counts.getLast() + 1);
        if (course.isTokenwise() && !wasTokenwise) {
            tokenwise.add(block());
        }
        if (Double.isFinite(residual) && isNew()) {
            note(residual);
        }
    }

    /**
     * What it has in common with those that it can be swept with; nothing while its guesses are no
     * numbers, which would spread.
     */
    Optional<Likeness> likeness() {
        var run = next();
        return course.isTokenwise()
                ? Optional.empty()
                : Optional.of(new Likeness(block(), run.count(), order.guidance().isOn()));
    }

    /** See {@link #likeness}. */
    record Likeness(int block, int count, boolean isGuided) {}

    Inversion inversion() {
        return inversion;
    }

    private void note(double residual) {
        if (residuals.size() == MOST_RESIDUALS) {
            residuals.removeFirst();
        }
        residuals.add(new BigDecimal(residual).round(DIGITS).doubleValue());
    }

    boolean isDone() {
        return counts.size() == steps.size() && course.isDone();
    }

    /** Whether the stream has not yet seen it as far as this. */
    boolean isNew() {
        return sweeps > order.seen(number);
    }

    /** The block that is being inverted, and how many are still to come. */
    int block() {
        return steps.size() - counts.size();
    }

    /** How far it is; what its sweeps changed is told once. */
    Progress progress() {
        var told = new Progress(block(), fraction(), residuals, swept());
        residuals.clear();
        return told;
    }

    private double fraction() {
        int step = counts.size() - 1;
        double within = (double) course.frontier() / (inversion.tokens() - 1);
        return Math.min(1, shares[step] + within * (shares[step + 1] - shares[step]));
    }

    /** What was spent on it. */
    Body.Sweeps swept() {
        return new Body.Sweeps(counts, tokenwise);
    }

    /** As it stands, [channels, side, side]. */
    float[] picture() {
        return inversion.picture(0);
    }

    /** What will roughly come of it, by one sweep over each of these blocks. */
    float[] ahead(List<Integer> blocks) {
        return model.ahead(picture(), order.parameters().label(), blocks);
    }

    /** When it is done, without the noise that the model was trained with. */
    float[] finished() {
        float[] picture = picture();
        double denoise = order.parameters().denoise();
        int[] label = {order.parameters().label()};
        float[] cleaned = denoise == 0 ? picture : model.denoised(picture, label, denoise);
        for (float value : cleaned) {
            if (!Float.isFinite(value)) {
                throw new BadPictureException("a value of the finished picture was " + value);
            }
        }
        return cleaned;
    }

    Order order() {
        return order;
    }

    int number() {
        return number;
    }

    @Override
    public void close() {
        inversion.close();
    }
}
