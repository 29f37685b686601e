package dev.millrace.workers.train.sampling;

import dev.millrace.workers.image.ImageFolder;
import dev.millrace.workers.image.Strategy;
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

/** Speed and quality of sampling from a flow. */
public final class ImageBench {
    private final Options options;
    private final Report report;

    /**
     * What to measure.
     *
     * @param findings the file to which what is measured is added, and from which it is taken when
     *     it is there
     * @param parts some of speed, published, fidelity, distance, classes, preview, memory
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

    public ImageBench(Options options, PrintStream out, BiConsumer<String, Double> results) {
        this.options = options;
        this.report = new Report(out, results);
    }

    /** Measures, prints tables, and says each figure by its name. */
    public void run() {
        Torch.prepareThread();
        Torch.useThreads(options.threads());
        var subject = subject();
        try (var studio = new Studio(options, subject)) {
            var findings = new Findings(options.findings(), subject);
            for (var name : options.parts()) {
                part(name).run(studio, findings);
            }
        }
    }

    /** Draws what clients see of some pictures while they are made. */
    public void strip(Path file) {
        int side = ImageFolder.read(options.model()).facts().patches().side();
        try (var atelier = new Atelier(options)) {
            Strip.of(atelier, side).write(file);
        }
        report.out().println("wrote " + file);
    }

    private Part part(String name) {
        return switch (name) {
            case "speed" -> new SpeedPart(options, report);
            case "published" -> new PublishedPart(options, report);
            case "fidelity" -> new FidelityPart(options, report);
            case "distance" -> new DistancePart(options, report);
            case "classes" -> new ClassesPart(options, report);
            case "preview" -> new PreviewPart(options, report);
            case "memory" -> new MemoryPart(options, report);
            default ->
                    throw new IllegalArgumentException(
                            "parts are speed, published, fidelity, distance, classes, preview and"
                                    + " memory, not "
                                    + name);
        };
    }

    /** Which weights and strategy, where, with how many threads, and how thoroughly. */
    private String subject() {
        var checksum = new CRC32();
        try {
            checksum.update(Files.readAllBytes(options.model().resolve("model.safetensors")));
            var strategy = Strategy.file(options.model(), options.device());
            if (Files.exists(strategy)) {
                checksum.update(Files.readAllBytes(strategy));
            }
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
