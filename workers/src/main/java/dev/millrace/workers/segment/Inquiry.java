package dev.millrace.workers.segment;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.FinishReason;
import dev.millrace.protocol.Task;
import dev.millrace.protocol.Usage;
import dev.millrace.workers.run.Outcome;
import dev.millrace.workers.run.PromisedWork;
import dev.millrace.workers.segment.picture.UnreadablePictureException;
import dev.millrace.workers.segment.zip.Proposal;

import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.Optional;

/**
 * One job in the engine, made step by step: its picture is looked at, a network at a time, what it
 * shows is planned, and then each step draws some masks. Masks that answer prompts and masks that
 * were found are told in one order, the best first. The engine's thread.
 */
final class Inquiry {
    private final Task.Segmentation task;
    private final String owner;
    private final Teller teller;
    private final PromisedWork work;
    private final long began = System.nanoTime();
    private final Deque<Proposal> prompted = new ArrayDeque<>();
    private Optional<Scenes.Lease> lease = Optional.empty();
    private Optional<Scene.Findings> findings = Optional.empty();
    private long firstNanos = -1;

    Inquiry(Task.Segmentation task, String owner, Teller teller, PromisedWork work) {
        this.task = task;
        this.owner = owner;
        this.teller = teller;
        this.work = work;
    }

    boolean isWanted() {
        return !work.isStopped() && teller.isHeard();
    }

    boolean isFinished() {
        return work.isFinished();
    }

    void finish(Outcome outcome) {
        work.finish(outcome);
    }

    /** Makes one step. */
    void step(Scenes scenes) {
        if (lease.isEmpty()) {
            lease = Optional.of(scenes.of(owner, task.picture()));
        }
        step(lease.get());
    }

    private void step(Scenes.Lease leased) {
        var scene = leased.scene();
        if (scene.isEmpty()) {
            look(leased);
        } else if (findings.isEmpty()) {
            learnOrPlan(scene.get());
        } else {
            draw(findings.get());
        }
    }

    private void look(Scenes.Lease leased) {
        try {
            leased.look();
        } catch (UnreadablePictureException e) {
            refuse("image cannot be read: " + e.getMessage());
        }
    }

    /** A class that is new costs a step of its own: many of them are not one long step. */
    private void learnOrPlan(Scene looked) {
        if (!looked.learn(task.parameters().classes())) {
            plan(looked);
        }
    }

    /** Everything that is told before the first mask, and the masks that were asked for. */
    private void plan(Scene looked) {
        var asked = task.parameters();
        try {
            asked.prompts()
                    .forEach(prompt -> prompt.requireWithin(looked.width(), looked.height()));
        } catch (IllegalArgumentException e) {
            refuse("prompts cannot be followed: " + e.getMessage());
            return;
        }
        var found = looked.find(asked.classes(), asked.most(), asked.minScore());
        teller.found(found.present(), found.asks() + asked.prompts().size());
        looked.draw(asked.prompts()).stream()
                .sorted(Comparator.comparingDouble(Proposal::score).reversed())
                .forEach(prompted::add);
        findings = Optional.of(found);
    }

    private void refuse(String message) {
        finish(new Outcome.Answered(new Body.Failed(ErrorCode.INVALID_REQUEST, message, 0)));
    }

    private void draw(Scene.Findings found) {
        if (teller.masks() == task.parameters().most()) {
            complete(found);
            return;
        }
        var best = found.masks().peek();
        if (best.isPresent() && isNext(best.get())) {
            teller.found(found.masks().next());
            told();
        } else if (found.masks().isOver() || isSettled(found)) {
            tellPrompted(found);
        } else {
            found.masks().advance();
        }
    }

    private boolean isNext(Proposal best) {
        return prompted.isEmpty() || best.score() > prompted.getFirst().score();
    }

    /** Whether no mask that is still to be found can come before the best that was asked for. */
    private boolean isSettled(Scene.Findings found) {
        return !prompted.isEmpty() && found.masks().bound() <= prompted.getFirst().score();
    }

    private void tellPrompted(Scene.Findings found) {
        if (prompted.isEmpty()) {
            complete(found);
        } else {
            teller.prompted(prompted.removeFirst());
            told();
        }
    }

    private void told() {
        if (firstNanos < 0) {
            firstNanos = System.nanoTime() - began;
        }
    }

    private void complete(Scene.Findings found) {
        teller.end();
        long nanos = System.nanoTime() - began;
        var usage =
                new Usage.Segmented(
                        found.present().size(),
                        found.masks().asksDrawn() + task.parameters().prompts().size(),
                        teller.masks(),
                        millis(firstNanos < 0 ? nanos : firstNanos),
                        millis(nanos));
        finish(new Outcome.Answered(new Body.Completed(FinishReason.STOP, new Usage(usage))));
    }

    private static long millis(long nanos) {
        return Math.ceilDiv(nanos, 1_000_000);
    }

    /** Nobody asks this picture anything any longer. */
    void leave() {
        lease.ifPresent(Scenes.Lease::close);
        lease = Optional.empty();
    }
}
