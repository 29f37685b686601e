package dev.millrace.workers.segment;

import java.util.Optional;

/**
 * A look at a picture, made in steps between which others have their turns, as each may take its
 * time. Holds nothing that must be closed. Used by one thread.
 */
public interface Look {
    /**
     * Makes a step. One that failed may be made again.
     *
     * @return the picture once it has been looked at, which ends the look; the caller closes it
     */
    Optional<? extends Scene> step();
}
