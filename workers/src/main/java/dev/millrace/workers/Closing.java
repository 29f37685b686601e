package dev.millrace.workers;

import org.jspecify.annotations.Nullable;

import java.util.ArrayDeque;
import java.util.Deque;

/** Closes what was opened, the latest first, also when only a part could be opened. */
final class Closing implements AutoCloseable {
    private final Deque<AutoCloseable> opened = new ArrayDeque<>();

    <T extends AutoCloseable> T add(T resource) {
        opened.push(resource);
        return resource;
    }

    @Override
    public void close() {
        @Nullable RuntimeException failure = null;
        while (!opened.isEmpty()) {
            try {
                opened.pop().close();
            } catch (Exception e) {
                failure =
                        failure == null ? new IllegalStateException("could not close", e) : failure;
            }
        }
        if (failure != null) {
            throw failure;
        }
    }
}
