package dev.millrace.workers.text;

import dev.millrace.protocol.Attention;
import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.ConfigJson;
import dev.millrace.workers.text.kv.chunk.ChunkAdapters;
import dev.millrace.workers.text.kv.chunk.ChunkManifest;
import dev.millrace.workers.text.kv.eco.EcoHashes;
import dev.millrace.workers.text.kv.eco.EcoManifest;
import dev.millrace.workers.text.model.ModelDirectory;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** Refuses what is wrong in a model's folder with attentions other than softmax. */
final class AttentionFiles {
    private final ModelDirectory folder;

    AttentionFiles(ModelDirectory folder) {
        this.folder = folder;
    }

    /** Refuses wrong settings, also where nothing uses them. */
    void requireSettings(ConfigJson manifest) {
        ChunkManifest.read(manifest);
        EcoManifest.read(manifest, folder.contextLimit());
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
