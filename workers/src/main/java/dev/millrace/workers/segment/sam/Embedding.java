package dev.millrace.workers.segment.sam;

import ai.djl.ndarray.NDArray;

/**
 * What a SAM saw in one picture: encoded once, asked as often as one likes. Holds memory of the
 * model's device until it is closed.
 */
public final class Embedding implements AutoCloseable {
    private final Frame frame;
    private final NDArray cells;

    /**
     * @param cells [1, channels, grid, grid], f32; closed with this
     */
    Embedding(Frame frame, NDArray cells) {
        this.frame = frame;
        this.cells = cells;
    }

    public Frame frame() {
        return frame;
    }

    /** [1, channels, grid, grid], f32. */
    public NDArray cells() {
        return cells;
    }

    /** How much memory it holds. */
    public long bytes() {
        return cells.size() * Float.BYTES;
    }

    @Override
    public void close() {
        cells.close();
    }
}
