package dev.millrace.workers.text;

import dev.millrace.protocol.Attention;
import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.ConfigJson;
import dev.millrace.workers.text.kv.chunk.ChunkAdapters;
import dev.millrace.workers.text.kv.chunk.ChunkManifest;
import dev.millrace.workers.text.kv.chunk.ChunkSettings;
import dev.millrace.workers.text.kv.chunk.Selecting;
import dev.millrace.workers.text.kv.eco.EcoHashes;
import dev.millrace.workers.text.kv.eco.EcoManifest;
import dev.millrace.workers.text.kv.eco.EcoSettings;
import dev.millrace.workers.text.kv.eco.Tailing;
import dev.millrace.workers.text.model.ModelDirectory;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** What stands in a model's folder for attentions other than softmax. */
final class AttentionFiles {
    private final ModelDirectory folder;
    private final ConfigJson manifest;
    private final ChunkSettings chunk;
    private final EcoSettings eco;

    /** Refuses wrong settings, also where nothing uses them. */
    AttentionFiles(ModelDirectory folder, ConfigJson manifest) {
        this.folder = folder;
        this.manifest = manifest;
        this.chunk = ChunkManifest.read(manifest);
        this.eco = EcoManifest.read(manifest, folder.contextLimit());
    }

    /** What sequences select with; nothing without adapters. */
    Optional<Selecting> selecting() {
        var file = file(ChunkAdapters.FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        var adapters = ChunkAdapters.read(file, folder.config());
        adapters.require(chunk.keys(), file, folder.config());
        return Optional.of(new Selecting(chunk, adapters));
    }

    /** What sequences keep tails with; nothing without hashes. */
    Optional<Tailing> tailing() {
        var file = file(EcoHashes.FILE);
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        EcoManifest.requireFit(manifest, eco, folder.contextLimit());
        return Optional.of(new Tailing(eco, EcoHashes.read(file, folder.config())));
    }

    private Path file(String name) {
        return folder.path().resolve(name);
    }

    /** Refuses an attention by name that the folder or the machine does not have. */
    void requireFor(Optional<Attention> named, boolean canSelect) {
        named.ifPresent(one -> {
            switch (one) {
                case AUTO, SOFTMAX -> {}
                case CHUNK -> require(one, ChunkAdapters.FILE, "chunk-adapters", canSelect);
                case ECO -> require(one, EcoHashes.FILE, "eco", canSelect);
            }
        });
    }

    private void require(Attention named, String name, String command, boolean canSelect) {
        if (!Files.exists(file(name))) {
            throw wrong(
                    named,
                    "needs %s in this folder; it is made by: millrace train %s --model %s --corpus FOLDER_OF_TEXTS"
                            .formatted(name, command, folder.path()));
        }
        if (!canSelect) {
            throw wrong(
                    named,
                    "is not available on a GPU; serve the model on a CPU or with attention"
                            + " softmax");
        }
    }

    private BadModelException wrong(Attention named, String problem) {
        return new BadModelException(
                file("millrace.json"),
                "attention is %s, which %s".formatted(named.word(), problem));
    }
}
