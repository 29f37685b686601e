package dev.millrace.workers.train.chronicle;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.train.chronicle.EvaluationProgress.Judged;
import dev.millrace.workers.train.chronicle.EvaluationProgress.Verdict;
import dev.millrace.workers.train.chronicle.corpus.Chronicle;
import dev.millrace.workers.train.chronicle.corpus.ChronicleDocument;
import dev.millrace.workers.train.chronicle.corpus.Form;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;

/**
 * How many questions about long texts a model answers right when it sees the whole text: by length,
 * by how deep the fact lies, and by kind.
 */
public final class ChronicleEvaluation {
    private static final Logger LOG = LoggerFactory.getLogger(ChronicleEvaluation.class);

    private static final int MOST_NEEDLES = 200;
    private static final int TOKENS_PER_NEEDLE = 60;

    private final Chronicle chronicle = new Chronicle();

    /**
     * What to measure.
     *
     * @param type in which the model computes
     * @param questions for each length, about
     */
    public record Options(
            Path model,
            Devices.Choice device,
            ElementType type,
            Form form,
            List<Integer> lengths,
            int questions,
            int threads) {
        public Options {
            lengths = List.copyOf(lengths);
        }
    }

    /** Measures, and says each figure by its name. */
    public void evaluate(Options options, BiConsumer<String, Double> figures) {
        Torch.prepareThread();
        Torch.useThreads(options.threads());
        var progress =
                new EvaluationProgress(options.model(), options.type() + " " + options.form());
        try (var manager = Torch.newScope(options.device())) {
            var shape = new ChronicleFolder(options.model()).shape();
            var model = new ChronicleModel(shape, options.type(), manager, 0);
            model.load(options.model());
            for (var length : options.lengths()) {
                report(length, judge(model, options, length, progress), figures);
            }
        }
    }

    private List<Judged> judge(
            ChronicleModel model, Options options, int length, EvaluationProgress progress) {
        var needles = Math.clamp(length / TOKENS_PER_NEEDLE, 1, MOST_NEEDLES);
        var documents = Math.ceilDiv(options.questions(), needles);
        List<Judged> judged = new ArrayList<>();
        for (var document = 0; document < documents; document++) {
            var known = progress.of(length, document);
            if (known.isPresent()) {
                judged.add(known.get());
                continue;
            }
            var started = System.nanoTime();
            var text = chronicle.longDocument(document, length, needles);
            var verdicts = verdicts(model, text, options.form());
            var seconds = (System.nanoTime() - started) / 1e9;
            judged.add(progress.add(length, document, seconds, verdicts));
            LOG.atInfo()
                    .addKeyValue("length", length)
                    .addKeyValue("document", document)
                    .addKeyValue("right", verdicts.stream().filter(Verdict::isRight).count())
                    .addKeyValue("asked", verdicts.size())
                    .addKeyValue("seconds", "%.1f".formatted(seconds))
                    .log("judged");
        }
        return judged;
    }

    private List<Verdict> verdicts(ChronicleModel model, ChronicleDocument text, Form form) {
        var exchanges =
                text.needles().stream()
                        .map(needle -> chronicle.exchange(needle.question(), form))
                        .toList();
        var ids =
                IntStream.concat(IntStream.of(chronicle.opening(form)), IntStream.of(text.ids()))
                        .toArray();
        try (var reading = new DenseReading(model, ids)) {
            var right = reading.areRight(exchanges);
            return IntStream.range(0, right.size())
                    .mapToObj(i -> verdict(text, text.needles().get(i), right.get(i)))
                    .toList();
        }
    }

    private static Verdict verdict(
            ChronicleDocument text, ChronicleDocument.Needle needle, boolean isRight) {
        return new Verdict(needle.question().kind(), (int) (10 * text.depth(needle)), isRight);
    }

    private static void report(
            int length, List<Judged> judged, BiConsumer<String, Double> figures) {
        var verdicts = judged.stream().flatMap(each -> each.verdicts().stream()).toList();
        Map<String, List<Verdict>> groups = new TreeMap<>();
        for (var verdict : verdicts) {
            var kind = verdict.kind().name().toLowerCase(Locale.ROOT);
            groups.computeIfAbsent("accuracy_" + length, _ -> new ArrayList<>()).add(verdict);
            groups.computeIfAbsent("accuracy_%d_%s".formatted(length, kind), _ -> new ArrayList<>())
                    .add(verdict);
            groups.computeIfAbsent(
                            "accuracy_%d_depth_%d".formatted(length, verdict.depth()),
                            _ -> new ArrayList<>())
                    .add(verdict);
        }
        groups.forEach((name, group) ->
                figures.accept(
                        name,
                        group.stream().filter(Verdict::isRight).count() / (double) group.size()));
        figures.accept("questions_" + length, (double) verdicts.size());
        figures.accept("seconds_" + length, judged.stream().mapToDouble(Judged::seconds).sum());
    }
}
