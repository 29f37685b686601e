package dev.millrace.workers;

import dev.millrace.protocol.Served;
import dev.millrace.workers.emit.Emitter;
import dev.millrace.workers.run.Tally;

import java.time.Duration;

/**
 * Keeps the worker's record in the registry: every interval, and soon after its load has changed.
 *
 * <p><b>Thread:</b> a virtual one of its own, ended by interruption.
 */
final class Heartbeat implements Runnable {
    private static final Duration INTERVAL = Duration.ofSeconds(2);

    /** How soon a change of load is told, and the most often anything is. */
    private static final Duration LOOK = Duration.ofMillis(200);

    private static final long LOOKS_PER_INTERVAL = INTERVAL.dividedBy(LOOK);

    private final Emitter emitter;
    private final Served.Model model;
    private final String worker;
    private final int slots;
    private final Tally tally;

    Heartbeat(Emitter emitter, Served.Model model, String worker, int slots, Tally tally) {
        this.emitter = emitter;
        this.model = model;
        this.worker = worker;
        this.slots = slots;
        this.tally = tally;
    }

    @Override
    public void run() {
        emitter.announce(model);
        int told = -1;
        try {
            for (long look = 0; ; look++) {
                int busy = tally.busy.get();
                if (busy != told || look % LOOKS_PER_INTERVAL == 0) {
                    emitter.announce(worker(busy));
                    told = busy;
                }
                Thread.sleep(LOOK);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Takes the worker out of the registry; the model stays, so that jobs can wait for others. */
    void withdraw() {
        emitter.withdraw(worker(0));
    }

    private Served.Worker worker(int busy) {
        return new Served.Worker(model.model(), worker, slots, busy, INTERVAL);
    }
}
