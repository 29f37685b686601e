package dev.millrace.workers.text.kv.chunk;

/** What the sequences of a model select with: how, and the adapters that score. */
public record Selecting(ChunkSettings settings, ChunkAdapters adapters) {
    /** For a sequence that holds nothing yet. */
    public Chunks newChunks() {
        return new Chunks(settings, adapters.width(), adapters.weights());
    }

    /** Bytes that the chunks of so many tokens can come to hold. */
    public long mostBytes(int tokens) {
        return ChunkIndex.mostBytes(settings, adapters.weights().length, adapters.width(), tokens);
    }
}
