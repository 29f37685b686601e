package dev.millrace.workers.train.segmenting;

import dev.millrace.workers.segment.clip.ClipConfig;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.Torch;
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

/** Quality and speed of finding things in pictures. */
public final class SegmentBench {
    private final Options options;
    private final Report report;

    /**
     * What to measure.
     *
     * @param findings the file to which what is measured is added, and from which it is taken when
     *     it is there
     * @param parts some of quality, speed, shapes
     * @param threads of the tensor library on the CPU
     */
    public record Options(
            Path model,
            Path findings,
            List<String> parts,
            Devices.Choice device,
            int threads,
            boolean isQuick) {
        public Options {
            parts = List.copyOf(parts);
            if (threads < 1) {
                throw new IllegalArgumentException("threads must be at least 1, was " + threads);
            }
        }

        /** One number for a table, another for a look. */
        int many(int usual, int quick) {
            return isQuick ? quick : usual;
        }
    }

    public SegmentBench(Options options, PrintStream out, BiConsumer<String, Double> results) {
        this.options = options;
        this.report = new Report(out, results);
    }

    /** Measures, prints tables, and says each figure by its name. */
    public void run() {
        Torch.prepareThread();
        Torch.useThreads(options.threads());
        try (var gallery = new Gallery(options)) {
            var findings = new Findings(options.findings(), subject());
            for (var name : options.parts()) {
                part(name).run(gallery, findings);
            }
        }
    }

    private Part part(String name) {
        return switch (name) {
            case "quality" -> new QualityPart(options, report);
            case "speed" -> new SpeedPart(options, report);
            case "shapes" -> new ShapesPart(options, report, shapes());
            default ->
                    throw new IllegalArgumentException(
                            "parts are quality, speed and shapes, not " + name);
        };
    }

    private PublishedShapes shapes() {
        return PublishedShapes.of(ClipConfig.read(options.model().resolve("clip")).text());
    }

    /** Which weights and recipe, where, with how many threads, and how thoroughly. */
    private String subject() {
        var checksum = new CRC32();
        try {
            for (var part : List.of("clip", "trunk", "sam")) {
                var weights = options.model().resolve(part).resolve("model.safetensors");
                if (Files.exists(weights)) { // a trunk may be absent
                    checksum.update(Files.readAllBytes(weights));
                }
            }
            checksum.update(Files.readAllBytes(options.model().resolve("millrace.json")));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + options.model(), e);
        }
        return "%08x %s %d%s"
                .formatted(
                        checksum.getValue(),
                        options.device().isCpu() ? "cpu" : "gpu",
                        options.threads(),
                        options.isQuick() ? " quick" : "");
    }
}
