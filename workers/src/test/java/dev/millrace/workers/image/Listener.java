package dev.millrace.workers.image;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.Png;
import dev.millrace.workers.run.Telling;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;

/** Keeps what an engine says; may stop hearing after some of it, as a superseded stream does. */
final class Listener implements Telling {
    private final List<Body.Content> said = new CopyOnWriteArrayList<>();
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
    }

    @Override
    public boolean isHeard() {
        return said.size() < hears;
    }

    List<Body.Content> said() {
        return List.copyOf(said);
    }

    List<Body.Preview> previews() {
        return said.stream()
                .filter(Body.Preview.class::isInstance)
                .map(Body.Preview.class::cast)
                .toList();
    }

    List<Body.Picture> pictures() {
        return said.stream()
                .filter(Body.Picture.class::isInstance)
                .map(Body.Picture.class::cast)
                .toList();
    }

    /** The finished pictures by their number. */
    Map<Integer, Png> images() {
        var images = new TreeMap<Integer, Png>();
        pictures().forEach(picture -> images.put(picture.picture(), picture.image()));
        return images;
    }
}
