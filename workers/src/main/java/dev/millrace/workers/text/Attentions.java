package dev.millrace.workers.text;

import dev.millrace.protocol.Attention;
import dev.millrace.workers.tensor.ConfigJson;
import dev.millrace.workers.text.kv.Look;
import dev.millrace.workers.text.kv.chunk.Selecting;
import dev.millrace.workers.text.kv.eco.Tailing;
import dev.millrace.workers.text.model.ModelDirectory;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a model's tokens may look at on this machine.
 *
 * @param offered the model's own first
 * @param selecting what sequences select with; nothing if none can
 * @param tailing what sequences keep tails with; nothing if none can
 */
record Attentions(
        List<Attention> offered, Optional<Selecting> selecting, Optional<Tailing> tailing) {
    private static final String KEY = "attention";

    Attentions {
        offered = List.copyOf(offered);
    }

    /**
     * As {@code millrace.json} says; where it does not, a model that has chunk adapters uses them.
     *
     * @param canSelect whether there are kernels that honour a selection, and keep tails
     */
    static Attentions of(ModelDirectory folder, boolean canSelect) {
        var manifest = ConfigJson.readIfPresent(folder.path().resolve("millrace.json"));
        var files = new AttentionFiles(folder);
        files.requireSettings(manifest);
        var named = named(manifest);
        files.requireFor(named, canSelect);
        var selecting =
                canSelect ? Selecting.readIfPresent(folder, manifest) : Optional.<Selecting>empty();
        var tailing =
                canSelect ? Tailing.readIfPresent(folder, manifest) : Optional.<Tailing>empty();
        return new Attentions(offered(named, selecting, tailing), selecting, tailing);
    }

    private static List<Attention> offered(
            Optional<Attention> named, Optional<Selecting> selecting, Optional<Tailing> tailing) {
        var offered = new ArrayList<Attention>();
        named.ifPresent(offered::add);
        selecting.ifPresent(_ -> offered.add(Attention.CHUNK));
        offered.add(Attention.SOFTMAX);
        tailing.ifPresent(_ -> offered.add(Attention.ECO));
        return offered.stream().distinct().toList();
    }

    private static Optional<Attention> named(ConfigJson manifest) {
        if (!manifest.has(KEY)) {
            return Optional.empty();
        }
        var named = Attention.of(manifest.text(KEY)).filter(one -> one != Attention.AUTO);
        if (named.isEmpty()) {
            throw manifest.wrong(KEY, "must be softmax, chunk or eco");
        }
        return named;
    }

    boolean offers(Attention asked) {
        return asked == Attention.AUTO || offered.contains(asked);
    }

    /** How a sequence's tokens look at others; what is asked for is offered. */
    Look look(Attention asked) {
        return switch (asked) {
            case AUTO -> look(offered.getFirst());
            case SOFTMAX -> new Look.Whole();
            case CHUNK -> new Look.Selected(selecting.orElseThrow());
            case ECO -> new Look.Tailed(tailing.orElseThrow());
        };
    }

    /** For people. */
    String words() {
        return offered.stream().map(Attention::word).collect(Collectors.joining(", "));
    }
}
