package dev.millrace.workers.train;

/**
 * How fast to learn at each step: linear warm-up, a plateau at the peak, then a half cosine down to
 * zero.
 *
 * <p>The plateau makes a run that is cut short reproducible: until the decay begins, the rates do
 * not depend on the number of steps, so a checkpoint taken on the plateau can be finished with any
 * number of steps.
 */
public record LearningRate(double peak, long warmup, long steps, double decayShare) {

    public LearningRate {
        if (!(peak > 0) || warmup < 0 || steps < 1 || !(decayShare >= 0 && decayShare <= 1)) {
            throw new IllegalArgumentException(
                    "peak must be > 0, warmup >= 0, steps >= 1 and decayShare 0..1, were %s, %s, %s, %s"
                            .formatted(peak, warmup, steps, decayShare));
        }
    }

    /** The rate of a step, counted from 0. */
    public double at(long step) {
        var rising = Math.min(1, (step + 1.0) / (warmup + 1));
        var left = Math.clamp((steps - step) / Math.max(1, decayShare * steps), 0, 1);
        return peak * rising * 0.5 * (1 - Math.cos(Math.PI * left));
    }
}
