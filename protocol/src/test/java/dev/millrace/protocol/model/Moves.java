package dev.millrace.protocol.model;

import dev.millrace.protocol.EventType;
import dev.millrace.protocol.Mark;
import dev.millrace.protocol.model.Rules.Rule;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Who may do what when, and what comes of it. */
record Moves(Rules rules, Bounds bounds) {
    /**
     * Workers that need not renew could outbid each other for ever; with the rules as written no
     * attempt is that high.
     */
    private static final int MOST_ATTEMPTS = 5;

    List<Step> possible(World world) {
        var steps = new ArrayList<Step>();
        for (int index = 0; index < world.workers().size(); index++) {
            addOfWorker(world, index, steps);
        }
        world.late().stream().distinct().map(Step.LandLate::new).forEach(steps::add);
        if (world.queue() instanceof Queue.Held) {
            steps.add(new Step.Expire());
            if (world.left().failovers() > 0) {
                steps.add(new Step.FailOver());
            }
        }
        switch (world.canceller()) {
            case Closer.Quiet() ->
                    steps.add(
                            rules.has(Rule.TOP_ATTEMPT)
                                    ? new Step.LandCancel()
                                    : new Step.Cancel());
            case Closer.Closing(_) -> steps.add(new Step.LandCancel());
            case Closer.Closed(_) -> {}
        }
        switch (world.undertaker()) {
            case Closer.Quiet()
                    when world.queue() instanceof Queue.Dead && rules.has(Rule.BURIAL) ->
                    steps.add(
                            rules.has(Rule.TOP_ATTEMPT) ? new Step.LandBurial() : new Step.Bury());
            case Closer.Closing(_) -> steps.add(new Step.LandBurial());
            case Closer.Quiet(), Closer.Closed(_) -> {}
        }
        return steps;
    }

    private void addOfWorker(World world, int index, List<Step> steps) {
        var worker = world.workers().get(index);
        switch (worker.phase()) {
            case Worker.Idle() when world.queue() instanceof Queue.Waiting ->
                    steps.add(new Step.Acquire(index));
            case Worker.Working(int attempt, _) -> {
                if (worker.sending().size() < bounds.window()) {
                    steps.add(new Step.Say(index));
                }
                if (world.log().fence().attempt() != attempt) {
                    steps.add(new Step.Notice(index));
                }
            }
            case Worker.Stale() -> steps.add(new Step.Renew(index));
            case Worker.Settling() -> steps.add(new Step.Accept(index));
            case Worker.Idle(), Worker.Claiming(_, _), Worker.Ending(_) -> {}
        }
        if (!worker.sending().isEmpty()) {
            steps.add(new Step.Land(index));
            if (world.left().failures() > 0) {
                steps.add(new Step.Fail(index));
            }
        }
        if (world.left().crashes() > 0 && !(worker.isIdle() && worker.sending().isEmpty())) {
            steps.add(new Step.Crash(index));
        }
    }

    World take(World world, Step step) {
        var after = after(world, step);
        return rules.isFenceWhole() ? after.withoutTheUnseen() : after;
    }

    private World after(World world, Step step) {
        return switch (step) {
            case Step.Acquire(int index) -> acquire(world, index);
            case Step.Say(int index) -> say(world, index);
            case Step.Land(int index) -> land(world, index);
            case Step.Fail(int index) -> fail(world, index);
            case Step.LandLate(var sent) ->
                    world.isNoLongerLate(sent).with(world.log().append(sent, rules));
            case Step.Notice(int index) -> world.with(index, endedOrStale(world, index));
            case Step.Renew(int index) -> renew(world, index);
            case Step.Accept(int index) -> accept(world, index);
            case Step.Crash(int index) -> crash(world, index);
            case Step.Expire() -> world.with(Queue.expired(held(world), bounds.deliveries()));
            case Step.FailOver() -> failOver(world);
            case Step.Cancel() -> world.withCanceller(closing(world, EventType.CANCELLED));
            case Step.LandCancel() -> landCancel(world);
            case Step.Bury() -> world.withUndertaker(closing(world, EventType.FAILED));
            case Step.LandBurial() -> landBurial(world);
        };
    }

    private World acquire(World world, int index) {
        var worker = world.workers().get(index);
        int count = ((Queue.Waiting) world.queue()).deliveries() + 1;
        return claim(world, index, count)
                .with(
                        rules.has(Rule.ACCEPT_LAST)
                                ? new Queue.Held(worker.writer(), count)
                                : new Queue.Accepted());
    }

    private World claim(World world, int index, int attempt) {
        int seen = rules.has(Rule.READ_BACK) ? 0 : world.log().fence().sequence();
        var claiming = new Worker.Claiming(attempt, seen);
        return world.with(index, world.workers().get(index).sends(Mark.claim(attempt), claiming));
    }

    private World say(World world, int index) {
        var worker = world.workers().get(index);
        var working = (Worker.Working) worker.phase();
        int attempt = working.attempt();
        int next = working.next();
        return world.with(
                index,
                next <= bounds.tokens()
                        ? worker.sends(
                                new Mark(EventType.DELTA, attempt, next),
                                new Worker.Working(attempt, next + 1))
                        : worker.sends(
                                new Mark(EventType.COMPLETED, attempt, next),
                                new Worker.Ending(attempt)));
    }

    private World land(World world, int index) {
        var worker = world.workers().get(index);
        var mark = worker.sending().getFirst();
        var log = world.log().append(new Sent(mark, worker.writer()), rules);
        boolean isValid = log.isVisibleAfter(world.log());
        var after = world.with(log).with(index, worker.sent());
        return switch (worker.phase()) {
            case Worker.Claiming(int attempt, int seen) when mark.type() == EventType.CLAIMED ->
                    after.with(index, claimed(after, index, isValid, attempt, seen));
            case Worker.Ending(_) when mark.type() == EventType.COMPLETED ->
                    after.with(
                            index,
                            isValid || !rules.has(Rule.TERMINAL_READ_BACK)
                                    ? worker.sent().in(new Worker.Settling())
                                    : endedOrStale(after, index));
            case Worker.Idle(),
                    Worker.Claiming(_, _),
                    Worker.Working(_, _),
                    Worker.Ending(_),
                    Worker.Stale(),
                    Worker.Settling() ->
                    after;
        };
    }

    /** What a worker makes of its claim once it knows where it stands in the log. */
    private Worker claimed(World world, int index, boolean isValid, int attempt, int seen) {
        var worker = world.workers().get(index);
        var fence = world.log().fence();
        if (!rules.has(Rule.READ_BACK)) {
            return worker.in(new Worker.Working(attempt, seen + 1));
        }
        boolean isMine = rules.has(Rule.CLAIM_BY_OFFSET) ? isValid : fence.attempt() == attempt;
        return isMine
                ? worker.in(new Worker.Working(attempt, fence.sequence() + 1))
                : endedOrStale(world, index);
    }

    private static Worker endedOrStale(World world, int index) {
        return world.workers()
                .get(index)
                .in(world.log().hasEnded() ? new Worker.Settling() : new Worker.Stale());
    }

    private World fail(World world, int index) {
        var worker = world.workers().get(index);
        var mark = worker.sending().getFirst();
        var left = world.left();
        var after =
                world.with(index, worker.sent())
                        .isLate(List.of(mark), worker.writer())
                        .with(
                                new World.Faults(
                                        left.crashes(), left.failovers(), left.failures() - 1));
        boolean concerns =
                switch (worker.phase()) {
                    case Worker.Claiming(_, _) -> mark.type() == EventType.CLAIMED;
                    case Worker.Working(int attempt, _) ->
                            rules.has(Rule.STOP_AFTER_FAILURE) && mark.attempt() == attempt;
                    case Worker.Ending(int attempt) ->
                            mark.type() == EventType.COMPLETED
                                    || (rules.has(Rule.STOP_AFTER_FAILURE)
                                            && mark.attempt() == attempt);
                    case Worker.Idle(), Worker.Stale(), Worker.Settling() -> false;
                };
        return concerns ? after.with(index, worker.sent().in(new Worker.Stale())) : after;
    }

    private World renew(World world, int index) {
        var worker = world.workers().get(index);
        var fence = world.log().fence();
        if (rules.has(Rule.RENEW_FIRST) && !world.queue().isHeldBy(worker.writer())) {
            return world.with(index, worker.in(new Worker.Idle()));
        }
        if (world.log().hasEnded()) {
            return world.with(index, worker.in(new Worker.Settling()));
        }
        return fence.attempt() < MOST_ATTEMPTS
                ? claim(world, index, fence.attempt() + 1)
                : world.with(index, worker.in(new Worker.Idle()));
    }

    private static World accept(World world, int index) {
        var worker = world.workers().get(index);
        var after = world.with(index, worker.in(new Worker.Idle()));
        return world.queue().isHeldBy(worker.writer()) ? after.with(new Queue.Accepted()) : after;
    }

    private static World crash(World world, int index) {
        var worker = world.workers().get(index);
        var left = world.left();
        return world.with(index, Worker.idle(worker.writer() + world.workers().size()))
                .isLate(worker.sending(), worker.writer())
                .with(new World.Faults(left.crashes() - 1, left.failovers(), left.failures()));
    }

    private static World failOver(World world) {
        var left = world.left();
        return world.with(Queue.failedOver(held(world)))
                .with(new World.Faults(left.crashes(), left.failovers() - 1, left.failures()));
    }

    private static Queue.Held held(World world) {
        return (Queue.Held) world.queue();
    }

    private Closer closing(World world, EventType type) {
        return new Closer.Closing(rules.closing(type, world.log().fence()));
    }

    private World landCancel(World world) {
        var mark = mark(world.canceller(), EventType.CANCELLED);
        var log = world.log().append(new Sent(mark, Sent.CLOSER), rules);
        var end = rules.has(Rule.CANCEL_READ_BACK) ? end(log) : Optional.of(EventType.CANCELLED);
        return world.with(log).withCanceller(new Closer.Closed(end));
    }

    private World landBurial(World world) {
        var mark = mark(world.undertaker(), EventType.FAILED);
        var log = world.log().append(new Sent(mark, Sent.CLOSER), rules);
        return world.with(log).withUndertaker(new Closer.Closed(Optional.empty()));
    }

    private static Mark mark(Closer closer, EventType type) {
        return closer instanceof Closer.Closing(var mark) ? mark : Mark.closing(type);
    }

    private static Optional<EventType> end(Log log) {
        return log.hasEnded() ? Optional.of(log.last()) : Optional.empty();
    }
}
