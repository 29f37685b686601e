package dev.millrace.workers.text.kv.eco;

import java.util.Set;
import java.util.stream.Collectors;

/** What the sequences of a model keep tails with: how much is seen exactly, and the hashes. */
public record Tailing(EcoSettings settings, EcoHashes hashes) {
    /** For a sequence that holds nothing yet. */
    public Tails newTails() {
        return new Tails(this);
    }

    /** The layers that keep no more rows than the settings say. */
    public Set<Integer> layers() {
        return hashes.layers().stream().map(EcoHashes.Layer::index).collect(Collectors.toSet());
    }

    /** Bytes of one sequence's tails, however long it is. */
    public long bytes() {
        return hashes.layers().stream()
                .mapToLong(layer -> TailLayer.bytes(layer, settings, hashes.width()))
                .sum();
    }
}
