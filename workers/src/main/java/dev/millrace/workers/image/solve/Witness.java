package dev.millrace.workers.image.solve;

import dev.millrace.workers.image.flow.Inversion;
import dev.millrace.workers.image.flow.Inversion.Run;

/** Counts the sweeps of one block and tells the listener. */
public final class Witness {
    private final int block;
    private final Inversion inversion;
    private final SweepListener listener;
    private int number;

    Witness(int block, Inversion inversion, SweepListener listener) {
        this.block = block;
        this.inversion = inversion;
        this.listener = listener;
    }

    /** Tells of a sweep and returns whether to go on. */
    boolean saw(Run run, double residual, int frontier) {
        number++;
        return listener.onSweep(
                new Sweep(
                        block,
                        number,
                        run.picture(),
                        run.pictures(),
                        run.first(),
                        run.count(),
                        residual,
                        frontier),
                inversion::picture);
    }

    /** Counts from one again. */
    void restart() {
        number = 0;
    }
}
