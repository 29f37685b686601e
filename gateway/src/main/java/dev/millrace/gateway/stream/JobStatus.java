package dev.millrace.gateway.stream;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.JobId;

import java.time.Instant;
import java.util.Optional;

/**
 * How a job stands.
 *
 * @param attempt of the last valid claim; 0 while it is queued
 * @param last the terminal event's body, if the stream has ended
 */
public record JobStatus(
        JobId id,
        Body.Accepted accepted,
        Instant created,
        int attempt,
        Optional<Body.Terminal> last) {
    /** The word clients see. */
    public String state() {
        return last.map(terminal -> terminal.type().word())
                .orElse(attempt == 0 ? "queued" : "running");
    }
}
