package dev.millrace.workers.train.longtext;

import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.text.Decoders;
import dev.millrace.workers.text.kv.chunk.ChunkAdapters;
import dev.millrace.workers.text.model.ModelDirectory;
import dev.millrace.workers.train.longtext.Findings.Finding;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.BiConsumer;
import java.util.stream.Stream;
import java.util.zip.CRC32;

/**
 * Speed and quality of chunk selection on a chronicle model, beside attention to everything: with
 * the same weights, in the same process, arms by turns, every cost of selecting included.
 */
public final class LongTextBench {
    /** Adapters taught as published, beside those that the model is served with. */
    public static final String PAPER_ADAPTERS = "paper/chunk-adapters.safetensors";

    private static final int LONGEST = 122_880; // the paper's 120K
    private static final int INTERVAL = 112_640; // where its last interval begins
    private static final int SHORT = 8192;
    private static final int PROMPT_CHUNKS = 256;

    private final Options options;
    private final PrintStream out;
    private final BiConsumer<String, Double> results;

    /**
     * What to measure.
     *
     * @param findings the file to which what is measured is added, and from which it is taken when
     *     it is there
     * @param questions for each length, at least, if the texts have so many
     * @param parts some of decode, needles, perplexity, prefill, memory
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
        this.out = out;
        this.results = results;
    }

    /** Measures, prints tables, and says each figure by its name. */
    public void run() {
        Torch.prepareThread();
        Torch.useThreads(1);
        try (var model = ModelDirectory.open(options.model(), Decoders.ALL);
                var bench = new Bench(model, options.model().resolve(PAPER_ADAPTERS))) {
            var findings = new Findings(options.findings(), checksum());
            for (var part : options.parts()) {
                switch (part) {
                    case "decode" -> decode(bench, findings);
                    case "needles" -> needles(bench, findings);
                    case "perplexity" -> perplexity(bench, findings);
                    case "prefill" -> prefill(bench, findings);
                    case "memory" -> memory(bench, findings);
                    default ->
                            throw new IllegalArgumentException(
                                    "parts are decode, needles, perplexity, prefill and memory,"
                                            + " not "
                                            + part);
                }
            }
        }
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

    private void decode(Bench bench, Findings findings) {
        var arms = List.of(Arm.DENSE, Arm.DENSE_LIBTORCH, Arm.BEST, Arm.PAPER);
        var lengths = options.isQuick() ? List.of(512, SHORT, 32_768) : decodeLengths();
        int repeats = options.isQuick() ? 2 : 5;
        int steps = options.isQuick() ? 64 : 256;
        out.println("\nMilliseconds of a decode step (median; p25-p75), batch 1, one thread");
        var table = new Table(out, "tokens", arms.stream().map(Arm::name).toList());
        Map<Integer, Finding> byLength = new LinkedHashMap<>();
        for (int length : lengths) {
            var name = length + " x" + repeats * steps;
            var measure = new DecodeMeasure(bench);
            var found =
                    findings.get(
                            "decode", name, () -> measure.measure(length, arms, repeats, steps));
            byLength.put(length, found);
            table.row(
                    Integer.toString(length),
                    arms.stream()
                            .map(arm ->
                                    "%.3f (%.3f-%.3f)"
                                            .formatted(
                                                    found.figure(arm.name() + ".ms"),
                                                    found.figure(arm.name() + ".ms_p25"),
                                                    found.figure(arm.name() + ".ms_p75")))
                            .toList());
        }
        speedups(byLength);
    }

    private static List<Integer> decodeLengths() {
        return List.of(512, 2048, 4096, SHORT, 16_384, 32_768, 65_536, INTERVAL, LONGEST);
    }

    private void speedups(Map<Integer, Finding> byLength) {
        result("decode8k_speedup", ratio(at(byLength, SHORT), Arm.BEST));
        if (!options.isQuick()) {
            for (var arm : List.of(Arm.BEST, Arm.PAPER)) {
                var name = arm.name().equals("best") ? "" : "_" + arm.name();
                var interval = List.of(INTERVAL, LONGEST);
                double dense = interval.stream().mapToDouble(n -> dense(at(byLength, n))).sum();
                double selecting =
                        interval.stream().mapToDouble(n -> millis(at(byLength, n), arm)).sum();
                result("decode120k_speedup" + name, dense / selecting);
                result("decode0_120k_speedup" + name, integrated(byLength, arm));
            }
        }
    }

    private static Finding at(Map<Integer, Finding> byLength, int length) {
        return Objects.requireNonNull(byLength.get(length));
    }

    private static double ratio(Finding found, Arm arm) {
        return dense(found) / millis(found, arm);
    }

    private static double millis(Finding found, Arm arm) {
        return found.figure(arm.name() + ".ms");
    }

    /** Of the faster of the ways to see everything. */
    private static double dense(Finding found) {
        return Math.min(millis(found, Arm.DENSE), millis(found, Arm.DENSE_LIBTORCH));
    }

    /** Time of all steps from the first to the last, dense over selecting: trapezoids. */
    private static double integrated(Map<Integer, Finding> byLength, Arm arm) {
        double dense = 0;
        double selecting = 0;
        var lengths = new ArrayList<>(byLength.keySet());
        for (int i = 1; i < lengths.size(); i++) {
            var one = at(byLength, lengths.get(i - 1));
            var other = at(byLength, lengths.get(i));
            double width = (double) lengths.get(i) - lengths.get(i - 1);
            dense += width * (dense(one) + dense(other)) / 2;
            selecting += width * (millis(one, arm) + millis(other, arm)) / 2;
        }
        return dense / selecting;
    }

    private void needles(Bench bench, Findings findings) {
        var arms = Stream.concat(Arm.all().stream(), Arm.ablations().stream()).toList();
        out.println("\nQuestions answered word for word (share of the tokens attended to)");
        var table = new Table(out, "tokens", arms.stream().map(Arm::name).toList());
        double least = 1;
        for (int length : options.lengths()) {
            var sums = new LinkedHashMap<String, Double>();
            int documents = Math.ceilDiv(options.questions(), NeedleMeasure.questions(length));
            for (int document = 0; document < documents; document++) {
                int seed = document;
                var found =
                        findings.get(
                                "needles",
                                length + " document " + document,
                                () ->
                                        new NeedleMeasure(bench)
                                                .measure(length, seed, arms, options.questions()));
                found.figures().forEach((name, figure) -> sums.merge(name, figure, Double::sum));
            }
            double asked = sums.getOrDefault("asked", 0.0);
            table.row(
                    length + " (" + (long) asked + ")",
                    arms.stream()
                            .map(arm ->
                                    "%.2f%% (%.2f%%)"
                                            .formatted(
                                                    100 * sum(sums, arm, "right") / asked,
                                                    100 * sum(sums, arm, "attended") / documents))
                            .toList());
            result("needle_dense_" + length, sum(sums, Arm.DENSE, "right") / asked);
            double ratio = sum(sums, Arm.BEST, "right") / sum(sums, Arm.DENSE, "right");
            result("needle_ratio_" + length, ratio);
            least = Math.min(least, ratio);
            if (length == LONGEST) {
                result("attended_pct_120k", 100 * sum(sums, Arm.BEST, "attended") / documents);
            }
        }
        result("needle_ratio_min", least);
    }

    private static double sum(Map<String, Double> sums, Arm arm, String figure) {
        return sums.getOrDefault(arm.name() + "." + figure, Double.NaN);
    }

    private void perplexity(Bench bench, Findings findings) {
        int length = options.isQuick() ? 8192 : 32_768;
        int tail = options.isQuick() ? 256 : 2048;
        int texts = options.isQuick() ? 1 : 4;
        var arms = Arm.all().stream().filter(arm -> arm.way() != Arm.Way.ORACLE).toList();
        var sums = new LinkedHashMap<String, Double>();
        for (int text = 0; text < texts; text++) {
            int seed = text;
            var found =
                    findings.get(
                            "perplexity",
                            length + " x" + tail + " text " + text,
                            () -> new PerplexityMeasure(bench).measure(length, seed, arms, tail));
            found.figures().forEach((name, figure) -> sums.merge(name, figure, Double::sum));
        }
        out.printf("%nNats a token at the end of %d texts of %d tokens%n", texts, length);
        var table = new Table(out, "arm", List.of("nats", "more than dense", "KL", "attended"));
        double dense = sum(sums, Arm.DENSE, "nats") / texts;
        for (var arm : arms) {
            double nats = sum(sums, arm, "nats") / texts;
            table.row(
                    arm.name(),
                    List.of(
                            "%.4f".formatted(nats),
                            "%+.4f".formatted(nats - dense),
                            "%.4f".formatted(sum(sums, arm, "divergence") / texts),
                            "%.2f%%".formatted(100 * sum(sums, arm, "attended") / texts)));
        }
        result("dppl_nat", sum(sums, Arm.BEST, "nats") / texts - dense);
    }

    private void prefill(Bench bench, Findings findings) {
        int length = options.isQuick() ? 16_384 : LONGEST;
        int texts = Math.ceilDiv(options.questions(), NeedleMeasure.questions(length));
        var sums = new LinkedHashMap<String, Double>();
        for (int text = 0; text < texts; text++) {
            int seed = text;
            findings.get(
                            "prefill",
                            length + " document " + text,
                            () ->
                                    new PrefillMeasure(bench, PROMPT_CHUNKS)
                                            .measure(length, seed, options.questions()))
                    .figures()
                    .forEach((name, figure) -> sums.merge(name, figure, Double::sum));
        }
        out.printf("%nReading %d tokens, and answering then as the best arm does%n", length);
        var table = new Table(out, "prompt", List.of("seconds", "right"));
        double asked = sums.getOrDefault("asked", 0.0);
        for (var way : List.of("dense", "sparse")) {
            double seconds = sums.getOrDefault(way + ".seconds", Double.NaN) / texts;
            double right = sums.getOrDefault(way + ".right", Double.NaN);
            table.row(
                    way,
                    List.of(
                            "%.1f".formatted(seconds),
                            "%.2f%% of %d".formatted(100 * right / asked, (long) asked)));
        }
        double dense = sums.getOrDefault("dense.seconds", Double.NaN);
        result(
                length == LONGEST ? "prefill120k_speedup" : "prefill16k_speedup",
                dense / sums.getOrDefault("sparse.seconds", Double.NaN));
    }

    private void memory(Bench bench, Findings findings) {
        int jobs = options.isQuick() ? 20 : 50;
        var found =
                findings.get(
                        "memory",
                        jobs + " jobs",
                        () -> new MemoryMeasure(bench).measure(jobs, 3 * jobs));
        out.println("\nMemory after " + jobs + " jobs of mixed lengths, and after " + 4 * jobs);
        List.of("rss_mib", "growth_pct", "arrays_grown")
                .forEach(name -> result("memory_" + name, found.figure(name)));
    }

    private void result(String name, double value) {
        results.accept(name, value);
    }
}
