package dev.millrace.workers.train.bench;

import dev.millrace.workers.train.Journal;

import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * What has been measured so far, kept in a file, so that a run that was stopped goes on.
 *
 * <p>A finding is known by what it is of; figures of other weights are other findings.
 */
public final class Findings {
    private final Journal<Finding> journal;
    private final String weights;

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
        this.journal = new Journal<>(file, Finding.class);
        this.weights = weights;
    }

    /** What is known, or else what is measured now and kept. */
    public Finding get(String part, String of, Supplier<Map<String, Double>> measure) {
        return find(part, of).orElseGet(() -> add(part, of, measure.get()));
    }

    public Optional<Finding> find(String part, String of) {
        return journal.all().stream()
                .filter(each ->
                        each.weights().equals(weights)
                                && each.part().equals(part)
                                && each.of().equals(of))
                .findFirst();
    }

    private Finding add(String part, String of, Map<String, Double> figures) {
        var finding = new Finding(weights, part, of, figures);
        journal.add(finding);
        return finding;
    }
}
