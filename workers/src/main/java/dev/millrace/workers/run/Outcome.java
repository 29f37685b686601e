package dev.millrace.workers.run;

import dev.millrace.protocol.Body;

/** How work on a job ended. */
public sealed interface Outcome {
    /** The stream is to end with this: an answer, or a failure that is understood. */
    record Answered(Body.Terminal last) implements Outcome {}

    /** It was told to stop. */
    record Stopped() implements Outcome {}

    /** It failed for a reason that is not the job's and may pass; another attempt may succeed. */
    record TryAgain(String reason) implements Outcome {}
}
