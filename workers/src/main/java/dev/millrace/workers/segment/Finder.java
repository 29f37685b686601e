package dev.millrace.workers.segment;

import dev.millrace.workers.segment.picture.Picture;

/** Finds things in pictures. Used by one thread. */
public interface Finder extends AutoCloseable {
    /** Begins to look at a picture: all that does not depend on what is looked for. */
    Look begin(Picture picture);

    @Override
    void close();
}
