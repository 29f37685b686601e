package dev.millrace.workers.text;

import dev.millrace.protocol.Body;
import dev.millrace.workers.run.Telling;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Keeps what an engine says; may stop hearing after some of it, as a superseded stream does. */
final class Listener implements Telling {
    private final List<Body.Content> said = new CopyOnWriteArrayList<>();
    private final CountDownLatch firstWord = new CountDownLatch(1);
    private final int hears;

    Listener() {
        this(Integer.MAX_VALUE);
    }

    Listener(int hears) {
        this.hears = hears;
    }

    @Override
    public void say(Body.Content content) {
        said.add(content);
        firstWord.countDown();
    }

    @Override
    public boolean isHeard() {
        return said.size() < hears;
    }

    void awaitFirstWord() throws InterruptedException {
        if (!firstWord.await(30, TimeUnit.SECONDS)) {
            throw new AssertionError("nothing was said within 30 s");
        }
    }

    List<Body.Content> said() {
        return List.copyOf(said);
    }

    List<Integer> tokens() {
        return deltas().stream().flatMap(delta -> delta.tokens().stream()).toList();
    }

    List<Body.Delta> deltas() {
        return said.stream()
                .filter(Body.Delta.class::isInstance)
                .map(Body.Delta.class::cast)
                .toList();
    }

    String text() {
        return String.join("", deltas().stream().map(Body.Delta::text).toList());
    }
}
