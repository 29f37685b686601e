package dev.millrace.workers.train.energy;

import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.ConfigJson;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.text.Decoders;
import dev.millrace.workers.text.kv.Look;
import dev.millrace.workers.text.kv.chunk.ChunkAdapters;
import dev.millrace.workers.text.kv.chunk.ChunkManifest;
import dev.millrace.workers.text.kv.chunk.ChunkSettings;
import dev.millrace.workers.text.kv.chunk.Selecting;
import dev.millrace.workers.text.kv.eco.EcoHashes;
import dev.millrace.workers.text.kv.eco.EcoSettings;
import dev.millrace.workers.text.kv.eco.Tailing;
import dev.millrace.workers.text.model.ModelDirectory;
import dev.millrace.workers.text.model.Sight;
import dev.millrace.workers.train.adapters.Scorers;
import dev.millrace.workers.train.adapters.UntrainedAdapters;
import dev.millrace.workers.train.bench.Report;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * What a token of an answer costs with everything seen and with tails: energy as it is counted
 * while the kernels run, bytes, memory, and time; these two with chunk selection, too.
 */
public final class EnergyBench {
    private static final int USUAL_WIDTH = 32; // of an adapted query

    private final Options options;
    private final Report report;

    /**
     * What to measure.
     *
     * @param contexts tokens before the one that is measured; those a model cannot hold are left
     *     out
     * @param window newest tokens seen exactly, where the model's folder has no hashes
     */
    public record Options(Path model, List<Integer> contexts, int window, boolean isQuick) {
        public Options {
            contexts = List.copyOf(contexts);
        }
    }

    public EnergyBench(Options options, PrintStream out, BiConsumer<String, Double> results) {
        this.options = options;
        this.report = new Report(out, results);
    }

    /** Measures, prints tables, and says each figure by its name. */
    public void run() {
        run(true);
    }

    /** The same without time and memory. */
    public void runCost() {
        run(false);
    }

    private void run(boolean isTimed) {
        Torch.prepareThread();
        Torch.useThreads(1);
        try (var model = ModelDirectory.open(options.model(), Decoders.ALL)) {
            var manifest = ConfigJson.readIfPresent(model.path().resolve("millrace.json"));
            var tailing = tailing(model, manifest);
            var contexts =
                    options.contexts().stream()
                            .filter(context -> context < model.contextLimit())
                            .toList();
            count(model, contexts, tailing);
            if (isTimed) {
                time(model, contexts, tailing, selecting(model, manifest, tailing.settings()));
            }
        }
    }

    private void count(ModelDirectory model, List<Integer> contexts, Tailing tailing) {
        try (var decoder = new MeteredDecoder(model)) {
            new CostPart(report, contexts).run(model, decoder, tailing);
        }
    }

    private void time(
            ModelDirectory model, List<Integer> contexts, Tailing tailing, Selecting selecting) {
        var arms =
                new SpeedPart.Arms(
                        new Look.Whole(), new Look.Selected(selecting), new Look.Tailed(tailing));
        try (var decoder = new TimedDecoder(model, selecting.adapters())) {
            new SpeedPart(report, contexts, options.isQuick()).run(decoder, arms);
        }
    }

    private Tailing tailing(ModelDirectory model, ConfigJson manifest) {
        return Tailing.readIfPresent(model, manifest)
                .orElseGet(() -> {
                    sayMissing(EcoHashes.FILE, "hashes");
                    var settings = new EcoSettings(options.window(), EcoSettings.USUAL.sinks());
                    return new Tailing(settings, UntrainedHashes.of(model.config()));
                });
    }

    private Selecting selecting(ModelDirectory model, ConfigJson manifest, EcoSettings window) {
        var usual =
                Selecting.readIfPresent(model, manifest)
                        .orElseGet(() -> {
                            sayMissing(ChunkAdapters.FILE, "chunk adapters of each head");
                            return untrained(model, ChunkManifest.read(manifest));
                        });
        var equal = EqualWindow.of(window, usual.settings());
        report.out()
                .printf(
                        "Chunk mode sees as many tokens as tails leave in sight, %d, however short"
                                + " the text is: chunks of %d tokens, the first, %d selected, the"
                                + " newest %d and the open one. Texts are not read: keys and values"
                                + " are zeros, the chunks' keys random.%n%n",
                        window.rows(), equal.longest(), equal.most(), equal.local());
        return new Selecting(equal, usual.adapters());
    }

    private static Selecting untrained(ModelDirectory model, ChunkSettings settings) {
        var config = model.config();
        if (config.sights().stream().allMatch(Sight::isWindowed)) {
            throw new BadModelException(
                    model.path().resolve("config.json"),
                    "every layer sees a window of its own: there are no chunks to select");
        }
        var adapters =
                UntrainedAdapters.of(config, 0, Scorers.HEADS, USUAL_WIDTH, settings.keys(), 1);
        return new Selecting(settings, adapters);
    }

    private void sayMissing(String file, String substitute) {
        report.out()
                .printf(
                        "%s is not there: %s that have learned nothing stand in for it; they cost"
                                + " the same.%n%n",
                        options.model().resolve(file), substitute);
    }
}
