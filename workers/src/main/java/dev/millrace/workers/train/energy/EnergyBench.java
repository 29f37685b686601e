package dev.millrace.workers.train.energy;

import dev.millrace.workers.tensor.ConfigJson;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.text.Decoders;
import dev.millrace.workers.text.kv.eco.EcoHashes;
import dev.millrace.workers.text.kv.eco.EcoManifest;
import dev.millrace.workers.text.kv.eco.EcoSettings;
import dev.millrace.workers.text.kv.eco.Tailing;
import dev.millrace.workers.text.model.ModelDirectory;
import dev.millrace.workers.train.bench.Report;

import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;

/**
 * What a token of an answer costs with everything seen and with tails: energy as it is counted
 * while the kernels run, bytes, memory, and time.
 */
public final class EnergyBench {
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
        try (var model = ModelDirectory.open(options.model(), Decoders.ALL);
                var decoder = new MeteredDecoder(model)) {
            var tailing = tailing(model);
            var contexts =
                    options.contexts().stream()
                            .filter(context -> context < model.contextLimit())
                            .toList();
            new CostPart(report, contexts).run(model, decoder, tailing);
            if (isTimed) {
                new SpeedPart(report, contexts, options.isQuick()).run(decoder, tailing);
            }
        }
    }

    private Tailing tailing(ModelDirectory model) {
        var file = options.model().resolve(EcoHashes.FILE);
        if (Files.exists(file)) {
            var manifest = ConfigJson.readIfPresent(options.model().resolve("millrace.json"));
            var settings = EcoManifest.read(manifest, model.contextLimit());
            return new Tailing(settings, EcoHashes.read(file, model.config()));
        }
        report.out()
                .printf(
                        "%s is not there: hashes that have learned nothing stand in for it; they"
                                + " cost the same.%n%n",
                        file);
        var settings = new EcoSettings(options.window(), EcoSettings.USUAL.sinks());
        return new Tailing(settings, UntrainedHashes.of(model.config()));
    }
}
