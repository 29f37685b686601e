package dev.millrace.workers.text;

import dev.millrace.protocol.Attention;
import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.ConfigJson;
import dev.millrace.workers.text.kv.chunk.ChunkAdapters;
import dev.millrace.workers.text.kv.chunk.ChunkManifest;
import dev.millrace.workers.text.kv.chunk.Selecting;
import dev.millrace.workers.text.model.ModelDirectory;

import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a model's tokens may look at on this machine.
 *
 * @param offered the model's own first
 * @param selecting what sequences select with; nothing if none can
 */
record Attentions(List<Attention> offered, Optional<Selecting> selecting) {
    private static final String KEY = "attention";

    Attentions {
        offered = List.copyOf(offered);
    }

    /** Everything, always. */
    static final Attentions SOFTMAX = new Attentions(List.of(Attention.SOFTMAX), Optional.empty());

    /**
     * As {@code millrace.json} says; where it does not, a model that has chunk adapters uses them.
     *
     * @param canSelect whether there are kernels that honour a selection
     */
    static Attentions of(ModelDirectory folder, boolean canSelect) {
        var manifest = ConfigJson.readIfPresent(folder.path().resolve("millrace.json"));
        var settings = ChunkManifest.read(manifest);
        var named = named(manifest);
        var file = folder.path().resolve(ChunkAdapters.FILE);
        boolean hasAdapters = Files.exists(file);
        if (named.equals(Optional.of(Attention.CHUNK))) {
            require(folder, hasAdapters, canSelect);
        }
        if (!hasAdapters || !canSelect) {
            return SOFTMAX;
        }
        var adapters = ChunkAdapters.read(file, folder.config());
        adapters.require(settings.keys(), file, folder.config());
        var selecting = new Selecting(settings, adapters);
        var offered =
                named.equals(Optional.of(Attention.SOFTMAX))
                        ? List.of(Attention.SOFTMAX, Attention.CHUNK)
                        : List.of(Attention.CHUNK, Attention.SOFTMAX);
        return new Attentions(offered, Optional.of(selecting));
    }

    private static Optional<Attention> named(ConfigJson manifest) {
        if (!manifest.has(KEY)) {
            return Optional.empty();
        }
        var named = Attention.of(manifest.text(KEY)).filter(one -> one != Attention.AUTO);
        if (named.isEmpty()) {
            throw manifest.wrong(KEY, "must be softmax or chunk");
        }
        return named;
    }

    private static void require(ModelDirectory folder, boolean hasAdapters, boolean canSelect) {
        var manifest = folder.path().resolve("millrace.json");
        if (!hasAdapters) {
            throw new BadModelException(
                    manifest,
                    "attention is chunk, which needs "
                            + ChunkAdapters.FILE
                            + " in this folder; it is made by: millrace train chunk-adapters"
                            + " --model "
                            + folder.path()
                            + " --corpus FOLDER_OF_TEXTS");
        }
        if (!canSelect) {
            throw new BadModelException(
                    manifest,
                    "attention is chunk, which is not available on a GPU; serve the model on a CPU"
                            + " or with attention softmax");
        }
    }

    boolean offers(Attention asked) {
        return asked == Attention.AUTO || offered.contains(asked);
    }

    /** What a sequence selects with; nothing if it looks at everything. */
    Optional<Selecting> selecting(Attention asked) {
        return switch (asked) {
            case AUTO -> selecting(offered.getFirst());
            case SOFTMAX -> Optional.empty();
            case CHUNK -> selecting;
        };
    }

    /** For people. */
    String words() {
        return offered.stream().map(Attention::word).collect(Collectors.joining(", "));
    }
}
