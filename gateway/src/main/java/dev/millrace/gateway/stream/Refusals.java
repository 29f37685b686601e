package dev.millrace.gateway.stream;

import dev.millrace.gateway.refusal.Reason;
import dev.millrace.gateway.refusal.Refusal;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.kafka.OutOfLog;

import org.apache.kafka.common.KafkaException;

import java.util.concurrent.CompletionException;

/** What a failed read of the log means to the one who asked. */
final class Refusals {
    private Refusals() {}

    static Throwable of(Throwable failure) {
        return switch (failure) {
            case CompletionException e when e.getCause() != null -> of(e.getCause());
            case OutOfLog _ ->
                    Refusal.of(Reason.GONE, "the place asked for is no longer in the log");
            case KafkaException _ ->
                    Refusal.of(Reason.UNAVAILABLE, "the log cannot be reached at the moment");
            default -> failure;
        };
    }

    /** Whether the same read may succeed later. */
    static boolean mayPass(Throwable failure) {
        return of(failure) instanceof Refusal refusal && refusal.reason() == Reason.UNAVAILABLE;
    }

    static Refusal noSuchJob(JobId job) {
        return Refusal.of(Reason.NO_SUCH_JOB, "there is no job '" + job + "'");
    }

    static Refusal jobGone(JobId job) {
        return Refusal.of(Reason.GONE, "the events of job '" + job + "' are no longer in the log");
    }

    static Refusal notReady() {
        return Refusal.of(Reason.UNAVAILABLE, "the gateway does not follow the log yet");
    }
}
