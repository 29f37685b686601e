package dev.millrace.workers.run;

import java.time.Duration;
import java.time.InstantSource;

/**
 * What the slots of one worker share.
 *
 * @param firstStep how long an engine may take for the first step on a job, which may hold a long
 *     prefill
 */
public record Crew(
        Engine engine,
        Running running,
        Drain drain,
        Tally tally,
        InstantSource clock,
        Duration firstStep) {}
