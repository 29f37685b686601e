package dev.millrace.workers.image.solve;

import java.util.function.IntFunction;

/** Told of each sweep while pictures are made; on the thread that makes them. */
@FunctionalInterface
public interface SweepListener {
    /** Hears nothing and stops nothing. */
    SweepListener NONE = (_, _) -> true;

    /**
     * Says whether to go on.
     *
     * @param pictures reads a picture as it stands, [channels, side, side]; to be used in the call
     */
    boolean onSweep(Sweep sweep, IntFunction<float[]> pictures);
}
