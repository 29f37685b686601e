package dev.millrace.workers;

import dev.millrace.protocol.Job;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.JobKey;
import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.Task;
import dev.millrace.protocol.TextParameters;

import java.time.Duration;
import java.util.List;

/** A job for tests that do not care which. */
public final class SomeJob {
    public static final Job JOB =
            new Job(
                    new JobId(0, 7, new JobKey(1, 2)),
                    new ModelId("fake"),
                    "",
                    Duration.ofMinutes(5),
                    new Task.Text(
                            new Task.Plain("once"),
                            new TextParameters(8, 1, 1, 0, 0, List.of(), -1)),
                    "");

    private SomeJob() {}
}
