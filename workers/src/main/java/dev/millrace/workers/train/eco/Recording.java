package dev.millrace.workers.train.eco;

import ai.djl.ndarray.NDArray;

import java.util.LinkedHashMap;
import java.util.Map;

/** Attends as another does, and keeps what came in and out of each layer. */
final class Recording implements Attending {
    private final Attending attending;
    private final Map<Integer, Seen> layers = new LinkedHashMap<>();

    /** Of one layer; in the scope in which the text was computed. */
    record Seen(Projections text, NDArray mixed) {}

    Recording(Attending attending) {
        this.attending = attending;
    }

    @Override
    public NDArray attend(int layer, Projections text) {
        var mixed = attending.attend(layer, text);
        layers.put(layer, new Seen(text, mixed));
        return mixed;
    }

    Map<Integer, Seen> layers() {
        return layers;
    }

    Seen layer(int index) {
        var seen = layers.get(index);
        if (seen == null) {
            throw new IllegalArgumentException("layer " + index + " has not attended");
        }
        return seen;
    }
}
