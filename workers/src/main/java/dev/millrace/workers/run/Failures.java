package dev.millrace.workers.run;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.ErrorCode;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place where what an engine throws becomes an outcome. An exception comes out of computing
 * this job and would come again: the stream ends with it. An error (memory, a native library) is
 * the process's own trouble, and another worker may do better.
 */
public final class Failures {
    private static final Logger LOG = LoggerFactory.getLogger(Failures.class);

    private Failures() {}

    public static Outcome of(Throwable failure) {
        LOG.atError().setCause(failure).log("the engine failed");
        return switch (failure) {
            case Error error -> new Outcome.TryAgain(error.getClass().getSimpleName());
            default -> new Outcome.Answered(failed("the engine failed on this job", 0));
        };
    }

    /** The end of a stream whose worker gives up. */
    static Body.Failed failed(String message, int attempts) {
        return new Body.Failed(ErrorCode.ENGINE_FAILED, message, attempts);
    }
}
