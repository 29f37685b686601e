package dev.millrace.workers.train.bench;

import com.fasterxml.jackson.databind.json.JsonMapper;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What has been measured so far, one line of JSON each, so that a run that was stopped goes on.
 *
 * <p>A finding is known by what it is of; figures of other weights are other findings.
 */
public final class Findings {
    private static final JsonMapper JSON = new JsonMapper();

    private final Path file;
    private final String weights;
    private final List<Finding> all = new ArrayList<>();

    /**
     * Some figures.
     *
     * @param weights of which model and adapters
     * @param part what kind of measurement
     * @param of which one: an arm, a length, a document
     */
    public record Finding(String weights, String part, String of, Map<String, Double> figures) {
        public Finding {
            figures = Map.copyOf(figures);
        }

        public double figure(String name) {
            var figure = figures.get(name);
            if (figure == null) {
                throw new IllegalStateException(part + " " + of + " has no figure " + name);
            }
            return figure;
        }
    }

    /** Reads what a file has, if it is there. */
    public Findings(Path file, String weights) {
        this.file = file;
        this.weights = weights;
        try {
            if (Files.exists(file)) {
                for (var line : Files.readAllLines(file)) {
                    all.add(JSON.readValue(line, Finding.class));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    /** What is known, or else what is measured now and kept. */
    public Finding get(String part, String of, Supplier<Map<String, Double>> measure) {
        return find(part, of).orElseGet(() -> add(part, of, measure.get()));
    }

    public Optional<Finding> find(String part, String of) {
        return all.stream()
                .filter(each ->
                        each.weights().equals(weights)
                                && each.part().equals(part)
                                && each.of().equals(of))
                .findFirst();
    }

    private Finding add(String part, String of, Map<String, Double> figures) {
        var finding = new Finding(weights, part, of, figures);
        all.add(finding);
        try {
            Files.writeString(
                    file,
                    JSON.writeValueAsString(finding) + "\n",
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
        return finding;
    }
}
