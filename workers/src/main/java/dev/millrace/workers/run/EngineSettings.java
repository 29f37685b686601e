package dev.millrace.workers.run;

import java.time.Duration;

/**
 * What a worker asks of its engine.
 *
 * @param slots most jobs at a time
 * @param deterministic a job's arithmetic does not depend on its neighbours in the batch
 * @param pace least time per step, so that tests can hit the middle of a stream; zero for full
 *     speed
 */
public record EngineSettings(int slots, boolean deterministic, Duration pace) {}
