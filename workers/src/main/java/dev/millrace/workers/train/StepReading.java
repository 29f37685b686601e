package dev.millrace.workers.train;

import ai.djl.ndarray.NDArray;

/** What a step's numbers are; reading them waits for the device. */
public record StepReading(double loss, double norm) {

    /** Both must be finite, or the run is lost. */
    public static StepReading of(long step, NDArray loss, NDArray norm) {
        var reading = new StepReading(loss.toFloatArray()[0], norm.toFloatArray()[0]);
        if (!Double.isFinite(reading.loss) || !Double.isFinite(reading.norm)) {
            throw new IllegalStateException(
                    "loss and gradient must be finite, were %s, %s at step %s"
                            .formatted(reading.loss, reading.norm, step));
        }
        return reading;
    }
}
