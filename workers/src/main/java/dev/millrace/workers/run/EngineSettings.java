package dev.millrace.workers.run;

import java.time.Duration;

/**
 * What a worker asks of its engine.
 *
 * @param slots most jobs at a time
 * @param deterministic a job's arithmetic does not depend on its neighbours in the batch
 * @param pace least time per step, so that tests can hit the middle of a stream; zero for full
 *     speed
 * @param device where models compute: auto, cpu, gpu or gpuN
 */
public record EngineSettings(int slots, boolean deterministic, Duration pace, String device) {
    public static final String AUTO = "auto";

    /** On the first GPU if there is one. */
    public EngineSettings(int slots, boolean deterministic, Duration pace) {
        this(slots, deterministic, pace, AUTO);
    }
}
