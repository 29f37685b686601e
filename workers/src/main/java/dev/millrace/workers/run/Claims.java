package dev.millrace.workers.run;

import java.util.Optional;

/** Where a slot gets its jobs from. Belongs to the slot's thread. */
public interface Claims extends AutoCloseable {
    /** Waits for a job to be handed out, half a second at most. */
    Optional<Claim> next();

    /** Leaves the group: jobs still held are handed to others at once. */
    @Override
    void close();
}
