package dev.millrace.workers.text.kv.chunk;

import dev.millrace.workers.tensor.ConfigJson;
import dev.millrace.workers.text.model.ModelDirectory;

import java.nio.file.Files;
import java.util.Optional;

/** What the sequences of a model select with: how, and the adapters that score. */
public record Selecting(ChunkSettings settings, ChunkAdapters adapters) {
    /**
     * What stands in a model's folder; nothing without adapters.
     *
     * @param manifest the folder's {@code millrace.json}; wrong settings are refused in any case
     */
    public static Optional<Selecting> readIfPresent(ModelDirectory folder, ConfigJson manifest) {
        var settings = ChunkManifest.read(manifest);
        var file = folder.path().resolve(ChunkAdapters.FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        var adapters = ChunkAdapters.read(file, folder.config());
        adapters.require(settings.keys(), file, folder.config());
        return Optional.of(new Selecting(settings, adapters));
    }

    /** For a sequence that holds nothing yet. */
    public Chunks newChunks() {
        return new Chunks(settings, adapters.width(), adapters.weights());
    }

    /** Bytes that the chunks of so many tokens can come to hold. */
    public long mostBytes(int tokens) {
        return ChunkIndex.mostBytes(settings, adapters.weights().length, adapters.width(), tokens);
    }
}
