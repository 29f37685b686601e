package dev.millrace.workers.segment;

import dev.millrace.workers.segment.picture.Picture;

/** Finds things in pictures. Used by one thread. */
public interface Finder extends AutoCloseable {
    /** Looks at a picture: all that does not depend on what is looked for. The caller closes it. */
    Scene look(Picture picture);

    @Override
    void close();
}
