package dev.millrace.workers.text.kv.eco;

import dev.millrace.workers.tensor.ConfigJson;
import dev.millrace.workers.text.model.ModelDirectory;

import java.nio.file.Files;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What the sequences of a model keep tails with: how much is seen exactly, and the hashes. */
public record Tailing(EcoSettings settings, EcoHashes hashes) {
    /**
     * What stands in a model's folder; nothing without hashes.
     *
     * @param manifest the folder's {@code millrace.json}; wrong settings are refused in any case
     */
    public static Optional<Tailing> readIfPresent(ModelDirectory folder, ConfigJson manifest) {
        var settings = EcoManifest.read(manifest, folder.contextLimit());
        var file = folder.path().resolve(EcoHashes.FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        EcoManifest.requireFit(manifest, settings, folder.contextLimit());
        return Optional.of(new Tailing(settings, EcoHashes.read(file, folder.config())));
    }

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
