package dev.millrace.workers.text.kv.eco;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What the layers of one sequence keep of tokens that have left the newest ones. */
public final class Tails {
    private final EcoSettings settings;
    private final Map<Integer, TailLayer> layers = new HashMap<>();

    Tails(Tailing tailing) {
        this.settings = tailing.settings();
        tailing.hashes()
                .layers()
                .forEach(layer ->
                        layers.put(
                                layer.index(),
                                new TailLayer(layer, settings, tailing.hashes().width())));
    }

    public EcoSettings settings() {
        return settings;
    }

    /** A layer's; nothing of one that sees everything, or a window of its own. */
    public Optional<TailLayer> layer(int index) {
        return Optional.ofNullable(layers.get(index));
    }
}
