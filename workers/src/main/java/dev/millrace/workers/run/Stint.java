package dev.millrace.workers.run;

import dev.millrace.protocol.Body;

import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.time.Duration;

/**
 * One claim from delivery to settlement. The job is accepted only after its stream has been seen to
 * end in the log; a stream that is not this worker's is claimed again only after a renewal has
 * succeeded.
 *
 * <p><b>Thread:</b> the slot's; others may call {@link #handOver}.
 */
final class Stint {
    private static final Logger LOG = LoggerFactory.getLogger(Stint.class);
    private static final Duration STUCK_LOOK = Duration.ofMillis(250);

    /** Claims under one lock: a stream that cannot be held is another worker's to try. */
    private static final int MOST_CLAIMS = 10;

    private final Claim claim;
    private final Crew crew;
    private final Tally tally;
    private volatile @Nullable Work work;

    /** What becomes of the claim. */
    private sealed interface Next {}

    private record Accept() implements Next {}

    private record Release(String reason) implements Next {}

    private record LetGo() implements Next {}

    private record ClaimAgain(int attempt) implements Next {}

    /** How the engine's turn ended. */
    private sealed interface Turn {}

    private record Finished(Outcome outcome) implements Turn {}

    private record LockLost() implements Turn {}

    private record Hung() implements Turn {}

    Stint(Claim claim, Crew crew) {
        this.claim = claim;
        this.crew = crew;
        this.tally = crew.tally();
    }

    void serve() {
        if (claim.deliveryCount() > 1) {
            tally.redeliveries.increment();
        }
        settle(untilSettled());
        awaitIdle();
    }

    private Next untilSettled() {
        try {
            var next = takeOver(claim.deliveryCount());
            int claims = 1;
            while (next instanceof ClaimAgain(int attempt)
                    && claims < MOST_CLAIMS
                    && !handsOver()) {
                next = renew() ? takeOver(attempt) : new LetGo();
                claims++;
            }
            return next;
        } catch (RuntimeException e) {
            LOG.atError().setCause(e).addKeyValue("job", claim.job().id()).log("could not serve");
            return new Release("the log could not be used");
        }
    }

    private Next takeOver(int attempt) {
        return switch (claim.takeOver(attempt)) {
            case Standing.Mine(var tenure) -> work(tenure);
            case Standing.Outside outside -> after(outside);
        };
    }

    private Next work(Tenure tenure) {
        try (tenure) {
            return switch (attend(start(tenure))) {
                case Finished(Outcome.Answered(var last)) -> after(tenure.end(counted(last)));
                case Finished(Outcome.Stopped _) -> stopped(tenure);
                case Finished(Outcome.TryAgain(var reason)) -> tryAgain(tenure, reason);
                case LockLost _ -> new LetGo();
                case Hung _ -> new Release("the engine made no step");
            };
        }
    }

    private Work start(Tenure tenure) {
        Work started;
        try {
            started = crew.engine().start(claim.job(), tenure.history(), tenure.telling());
        } catch (RuntimeException | Error e) {
            started = new Ended(Failures.of(e));
        }
        work = started;
        crew.running().add(claim.job().id().key(), started);
        if (handsOver()) {
            started.stop();
        }
        return started;
    }

    /** Keeps the lock while the engine works. */
    private Turn attend(Work started) {
        var pulse = new Pulse(crew.clock(), crew.firstStep(), started.steps());
        try {
            while (!started.await(claim.untilRenewal())) {
                if (!pulse.beats(started.steps())) {
                    tally.hangs.increment();
                    return new Hung();
                }
                if (!renew()) {
                    return new LockLost();
                }
            }
            return new Finished(started.outcome());
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return new LockLost();
        } finally {
            started.stop();
            crew.running().remove(claim.job().id().key(), started);
        }
    }

    /** The engine was told to stop, or found itself unheard: the log knows why. */
    private Next stopped(Tenure tenure) {
        if (handsOver()) {
            tenure.flush();
        }
        return after(tenure.review());
    }

    private Next tryAgain(Tenure tenure, String reason) {
        if (claim.isLastDelivery()) {
            return after(tenure.end(Failures.failed(reason, claim.deliveryCount())));
        }
        tenure.flush();
        return new Release(reason);
    }

    /** A failure says how often the job was handed out, which an engine does not know. */
    private Body.Terminal counted(Body.Terminal last) {
        return last instanceof Body.Failed failed
                ? new Body.Failed(failed.code(), failed.message(), claim.deliveryCount())
                : last;
    }

    private static Next after(Standing.Outside outside) {
        return switch (outside) {
            case Standing.Over _ -> new Accept();
            case Standing.NotMine(int newest) -> new ClaimAgain(newest + 1);
        };
    }

    private boolean renew() {
        if (claim.renew()) {
            return true;
        }
        tally.renewMisses.increment();
        return false;
    }

    private void settle(Next next) {
        switch (next) {
            case Accept _ -> {
                tally.accepted.increment();
                claim.accept();
            }
            case Release(var reason) -> release(reason);
            case ClaimAgain _ ->
                    release(handsOver() ? "the worker is stopping" : "the stream was not won");
            case LetGo _ -> tally.lost.increment();
        }
        LOG.atInfo()
                .addKeyValue("job", claim.job().id())
                .addKeyValue("delivery", claim.deliveryCount())
                .log("settled: {}", next);
    }

    private void release(String reason) {
        tally.released.increment();
        claim.release();
        LOG.atWarn()
                .addKeyValue("job", claim.job().id())
                .addKeyValue("reason", reason)
                .log("job given back");
    }

    /** A slot whose engine still holds the job has no room for another one. */
    private void awaitIdle() {
        var last = work;
        try {
            if (last == null || last.await(STUCK_LOOK)) {
                return;
            }
            tally.stuck.incrementAndGet();
            while (!last.await(STUCK_LOOK) && !crew.drain().hasBegun()) {}
            tally.stuck.decrementAndGet();
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean handsOver() {
        return crew.drain().handsOver() && !claim.isLastDelivery();
    }

    boolean isLastDelivery() {
        return claim.isLastDelivery();
    }

    void handOver() {
        var current = work;
        if (current != null && !claim.isLastDelivery()) {
            current.stop();
        }
    }

    /** Work that was over before it began. */
    private record Ended(Outcome outcome) implements Work {
        @Override
        public boolean await(Duration atMost) {
            return true;
        }

        @Override
        public void stop() {}

        @Override
        public long steps() {
            return 0;
        }
    }
}
