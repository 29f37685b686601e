package dev.millrace.workers.image;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.Quality;
import dev.millrace.workers.image.flow.FlowModel;
import dev.millrace.workers.image.solve.NoNumbersException;
import dev.millrace.workers.run.Failures;
import dev.millrace.workers.run.Outcome;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The pictures in the engine and the round they make together: those nobody wants leave, those that
 * fit come in, then each makes one sweep, whatever block it is in.
 */
final class Batch {
    private final FlowModel model;
    private final Strategy strategy;
    private final Previews previews;
    private final Sweeper sweeper;
    private final Encoder encoder;
    private final int most;
    private final List<Waiting> waiting = new ArrayList<>();
    private final List<Painting> paintings = new ArrayList<>();

    /** A picture that has no memory yet. */
    private record Waiting(Order order, int number, Quality quality) {}

    /**
     * @param most pictures that are made at a time
     */
    Batch(FlowModel model, Strategy strategy, Previews previews, Sweeper sweeper, int most) {
        this.model = model;
        this.strategy = strategy;
        this.sweeper = sweeper;
        this.previews = previews;
        this.encoder = new Encoder(model.patches());
        this.most = most;
    }

    /** Takes a job in. */
    void add(Order order, Quality quality) {
        order.missing().forEach(number -> waiting.add(new Waiting(order, number, quality)));
    }

    boolean isEmpty() {
        return waiting.isEmpty() && paintings.isEmpty();
    }

    void round() {
        dropUnwanted();
        while (paintings.size() < most && admit()) {}
        sweeper.groups(List.copyOf(paintings)).forEach(this::sweep);
        List.copyOf(paintings).forEach(painting -> guard(painting.order(), () -> end(painting)));
        dropFinished();
        previews.show(paintings);
    }

    private void dropUnwanted() {
        paintings.forEach(painting -> drop(painting.order()));
        waiting.forEach(one -> drop(one.order()));
        dropFinished();
    }

    private static void drop(Order order) {
        if (!order.isWanted()) {
            order.finish(new Outcome.Stopped());
        }
    }

    private void dropFinished() {
        waiting.removeIf(one -> one.order().isFinished());
        for (var painting : List.copyOf(paintings)) {
            if (painting.order().isFinished()) {
                leave(painting);
            }
        }
    }

    private void leave(Painting painting) {
        paintings.remove(painting);
        painting.close();
    }

    /** The next picture of the job that has fewest in the making: many do not hold up one. */
    private boolean admit() {
        var next = waiting.stream().min(Comparator.comparingLong(this::inTheMaking));
        next.ifPresent(one -> {
            waiting.remove(one);
            guard(one.order(), () -> begin(one));
        });
        return next.isPresent();
    }

    private long inTheMaking(Waiting one) {
        return paintings.stream().filter(painting -> painting.order() == one.order()).count();
    }

    private void begin(Waiting one) {
        int company = Math.min(most, paintings.size() + waiting.size() + 1);
        int views = one.order().guidance().isOn() ? 2 : 1;
        var steps = strategy.of(one.quality(), views * sweeper.together(company));
        paintings.add(new Painting(model, one.order(), one.number(), steps));
    }

    /** In a shared sweep nobody knows whose fault it was: each is tried again. */
    private void sweep(List<Painting> group) {
        if (group.size() == 1) {
            guard(group.getFirst().order(), () -> sweeper.sweep(group));
            return;
        }
        try {
            sweeper.sweep(group);
        } catch (RuntimeException | Error e) {
            var _ = Failures.of(e); // which logs it
            var shared = new Outcome.TryAgain("a sweep shared with others failed");
            group.forEach(painting -> painting.order().finish(shared));
        }
    }

    private void end(Painting painting) {
        if (painting.isDone()) {
            var order = painting.order();
            var image = encoder.encode(painting.finished());
            order.picture(painting.number(), painting.swept(), image);
            previews.ended(painting);
            leave(painting);
            order.completeIfWhole(model.patches().tokens());
        }
    }

    private static void guard(Order order, Runnable action) {
        if (order.isFinished()) {
            return;
        }
        try {
            action.run();
        } catch (NoNumbersException | BadPictureException e) {
            order.finish(new Outcome.Answered(noPicture(e)));
        } catch (RuntimeException | Error e) {
            order.finish(Failures.of(e));
        }
    }

    private static Body.Failed noPicture(RuntimeException failure) {
        return new Body.Failed(
                ErrorCode.ENGINE_FAILED,
                "the model gives no picture for this class and seed: "
                        + Optional.ofNullable(failure.getMessage()).orElse(""),
                0);
    }

    /** How many pictures are being made. */
    int size() {
        return paintings.size();
    }

    /** Ends all work. */
    void stop() {
        paintings.forEach(painting -> painting.order().finish(new Outcome.Stopped()));
        waiting.forEach(one -> one.order().finish(new Outcome.Stopped()));
        dropFinished();
    }
}
