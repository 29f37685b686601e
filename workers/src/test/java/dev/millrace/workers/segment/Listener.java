package dev.millrace.workers.segment;

import dev.millrace.protocol.Body;
import dev.millrace.workers.run.Telling;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what is said; hears so much of it. */
final class Listener implements Telling {
    final List<Body.Content> said = new CopyOnWriteArrayList<>();
    private final int hears;

    Listener(int hears) {
        this.hears = hears;
    }

    Listener() {
        this(Integer.MAX_VALUE);
    }

    @Override
    public void say(Body.Content content) {
        said.add(content);
    }

    @Override
    public boolean isHeard() {
        return said.size() < hears;
    }

    List<Body.Mask> masks() {
        return said.stream()
                .filter(Body.Mask.class::isInstance)
                .map(Body.Mask.class::cast)
                .toList();
    }
}
