package dev.millrace.workers.train.longtext;

import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.text.Decoders;
import dev.millrace.workers.text.kv.chunk.ChunkAdapters;
import dev.millrace.workers.text.model.ModelDirectory;
import dev.millrace.workers.train.bench.Findings;
import dev.millrace.workers.train.bench.Report;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.zip.CRC32;

/**
 * Speed and quality of chunk selection on a chronicle model, beside attention to everything: with
 * the same weights, in the same process, arms by turns, every cost of selecting included.
 */
public final class LongTextBench {
    /** Adapters taught as published, beside those that the model is served with. */
    public static final String PAPER_ADAPTERS = "paper/chunk-adapters.safetensors";

    static final int LONGEST = 122_880; // the paper's 120K

    private final Options options;
    private final Report report;

    /**
     * What to measure.
     *
     * @param findings the file to which what is measured is added, and from which it is taken when
     *     it is there
     * @param questions for each length, at least, if the texts have so many
     * @param parts some of decode, needles, perplexity, short, prefill, memory
     */
    public record Options(
            Path model,
            Path findings,
            List<Integer> lengths,
            int questions,
            List<String> parts,
            boolean isQuick) {
        public Options {
            lengths = List.copyOf(lengths);
            parts = List.copyOf(parts);
        }
    }

    public LongTextBench(Options options, PrintStream out, BiConsumer<String, Double> results) {
        this.options = options;
        this.report = new Report(out, results);
    }

    /** Measures, prints tables, and says each figure by its name. */
    public void run() {
        Torch.prepareThread();
        Torch.useThreads(1);
        try (var model = ModelDirectory.open(options.model(), Decoders.ALL);
                var bench = new Bench(model, options.model().resolve(PAPER_ADAPTERS))) {
            var findings = new Findings(options.findings(), checksum());
            options.parts().stream().map(this::part).forEach(part -> part.run(bench, findings));
        }
    }

    private Part part(String name) {
        return switch (name) {
            case "decode" -> new DecodePart(options, report);
            case "needles" -> new NeedlePart(options, report);
            case "perplexity" -> new PerplexityPart(options, report);
            case "short" -> new ShortPart(options, report);
            case "prefill" -> new PrefillPart(options, report);
            case "memory" -> new MemoryPart(options, report);
            default ->
                    throw new IllegalArgumentException(
                            "parts are decode, needles, perplexity, short, prefill and memory, not "
                                    + name);
        };
    }

    private String checksum() {
        var checksum = new CRC32();
        try {
            for (var name : List.of("model.safetensors", ChunkAdapters.FILE, PAPER_ADAPTERS)) {
                checksum.update(Files.readAllBytes(options.model().resolve(name)));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + options.model(), e);
        }
        return Long.toHexString(checksum.getValue());
    }
}
