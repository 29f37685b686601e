package dev.millrace.workers.train.stories;

import dev.millrace.workers.text.kv.eco.EcoHashes;
import dev.millrace.workers.text.kv.eco.EcoSettings;
import dev.millrace.workers.train.bench.Findings;
import dev.millrace.workers.train.bench.Report;
import dev.millrace.workers.train.bench.Spread;
import dev.millrace.workers.train.bench.Table;
import dev.millrace.workers.train.eco.EcoTraining;
import dev.millrace.workers.train.eco.TableShape;

import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Tails for a model of stories, made anew with each of some seeds: how often its next token is
 * right beyond the window, and whether the stories that it tells still hold together.
 */
public final class StoryTails {
    private static final String DENSE = "dense";
    private static final String WINDOW = "window";
    private static final String ECO = "eco";
    private static final long CORPUS_SEED = 1;

    private final Options options;
    private final Report report;

    /**
     * How to do it.
     *
     * @param model a folder
     * @param kept where the hashes of the first seed are kept, if anywhere
     * @param findings the file to which each seed's figures are added, and from which they are
     *     taken when they are there
     * @param documents to learn from, new ones of the same grammar
     * @param tokens of a row
     * @param stories for the checker
     * @param training everything else
     */
    public record Options(
            Path model,
            Optional<Path> kept,
            Path findings,
            int seeds,
            int documents,
            int tokens,
            int stories,
            EcoTraining.Options training) {
        /** Those of the figures in the documentation, with a short window. */
        public static Options usual(Path model, Path findings) {
            var training =
                    new EcoTraining.Options(
                            model.resolve(EcoHashes.FILE),
                            new EcoSettings(64, 4),
                            64,
                            0,
                            Optional.of(new TableShape(12, 64, 17, 256, 1)),
                            0,
                            500,
                            4000,
                            1,
                            1);
            return new Options(model, Optional.empty(), findings, 3, 8000, 320, 500, training);
        }

        /** What figures are of: all but the folder and how often. */
        String subject() {
            return "%s; %d documents, rows of %d, %d stories"
                    .formatted(training.words(), documents, tokens, stories);
        }
    }

    public StoryTails(Options options, PrintStream out, BiConsumer<String, Double> results) {
        this.options = options;
        this.report = new Report(out, results);
    }

    /** Trains, measures, prints, and says each figure by its name. */
    public void run() {
        var findings = new Findings(options.findings(), options.subject());
        var found = new ArrayList<Findings.Finding>();
        for (int seed = 1; seed <= options.seeds(); seed++) {
            long each = seed;
            found.add(findings.get("tails", "seed " + seed, () -> measure(each)));
        }
        tell(found);
    }

    private Map<String, Double> measure(long seed) {
        try (var place = new Workplace()) {
            place.copy(options.model(), options.training().settings());
            StoryText.write(place.corpus(), options.documents(), CORPUS_SEED);
            var hashes = place.model().resolve(EcoHashes.FILE);
            var training = options.training().with(seed, hashes);
            var made = EcoTraining.run(place.model(), place.corpus(), options.tokens(), training);
            var figures = new LinkedHashMap<String, Double>();
            add(figures, DENSE, made.dense());
            add(figures, WINDOW, made.window());
            add(figures, ECO, made.eco());
            var evaluation = new StoryEvaluation();
            for (boolean hasTails : new boolean[] {false, true}) {
                var told = evaluation.tell(place.model(), hasTails, options.stories());
                figures.put((hasTails ? ECO : DENSE) + " consistent", 100 * told.consistent());
            }
            if (seed == 1 && options.kept().isPresent()) {
                var kept = options.kept().get();
                Files.copy(hashes, kept, StandardCopyOption.REPLACE_EXISTING);
            }
            return figures;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot copy the model " + options.model(), e);
        }
    }

    private static void add(Map<String, Double> figures, String name, EcoTraining.Arm arm) {
        figures.put(name + " accuracy", arm.accuracyPercent());
        figures.put(name + " nats", arm.nats());
        figures.put(name + " recall", arm.recallPercent());
    }

    private void tell(List<Findings.Finding> found) {
        var table =
                new Table(
                        report.out(),
                        "seed",
                        List.of(
                                "next token right: dense",
                                "window",
                                "eco",
                                "nats: dense",
                                "window",
                                "eco",
                                "stories that hold together: dense",
                                "eco"));
        for (var each : found) {
            table.row(
                    each.of(),
                    List.of(
                            percent(each, "dense accuracy"),
                            percent(each, "window accuracy"),
                            percent(each, "eco accuracy"),
                            nats(each, DENSE),
                            nats(each, WINDOW),
                            nats(each, ECO),
                            percent(each, "dense consistent"),
                            percent(each, "eco consistent")));
        }
        report.out().println();
        results(found);
    }

    private static String percent(Findings.Finding found, String name) {
        return "%.2f %%".formatted(found.figure(name));
    }

    private static String nats(Findings.Finding found, String arm) {
        return "%.4f".formatted(found.figure(arm + " nats"));
    }

    private void results(List<Findings.Finding> found) {
        var lost = Spread.of(found, each -> lost(each, "accuracy"));
        report.result("decoder_drop_pt", lost.mean());
        report.result("decoder_drop_pt_plus_minus", lost.interval());
        var gained =
                Spread.of(found, each -> each.figure("eco recall") - each.figure("window recall"));
        report.result("decoder_recall_gain_pt", gained.mean());
        report.result("decoder_recall_gain_pt_plus_minus", gained.interval());
        var back =
                Spread.of(
                        found,
                        each ->
                                100
                                        * (each.figure("window nats") - each.figure("eco nats"))
                                        / (each.figure("window nats") - each.figure("dense nats")));
        report.result("decoder_nats_back_pct", back.mean());
        report.result(
                "decoder_story_drop_pt", Spread.of(found, each -> lost(each, "consistent")).mean());
    }

    private static double lost(Findings.Finding found, String what) {
        return found.figure("dense " + what) - found.figure("eco " + what);
    }

    /** A model and a corpus in a folder of their own, while they are needed. */
    private record Workplace(Path folder) implements AutoCloseable {
        Workplace() throws IOException {
            this(Files.createTempDirectory("millrace-tails"));
            Files.createDirectory(model());
        }

        Path model() {
            return folder.resolve("model");
        }

        Path corpus() {
            return folder.resolve("corpus");
        }

        /** With another window. */
        void copy(Path from, EcoSettings settings) throws IOException {
            try (var files = Files.list(from)) {
                for (var file : files.filter(Files::isRegularFile).toList()) {
                    Files.copy(file, model().resolve(file.getFileName()));
                }
            }
            Files.writeString(
                    model().resolve("millrace.json"),
                    "{\"eco\": {\"window\": %d, \"sinks\": %d}}"
                            .formatted(settings.window(), settings.sinks()));
        }

        @Override
        public void close() throws IOException {
            try (var files = Files.walk(folder)) {
                for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
