package dev.millrace.workers.train.eco;

import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.NDScope;

import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.text.Decoders;
import dev.millrace.workers.text.kv.eco.EcoSettings;
import dev.millrace.workers.text.model.ModelDirectory;
import dev.millrace.workers.text.tokens.Tokenizer;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/**
 * Makes {@code eco.safetensors} for a decoder, which itself stays as it is: calibrates hashes,
 * teaches them and the gates each layer's own attention, then the whole decoder's next tokens.
 */
public final class EcoTraining {
    private static final int HELD_OUT_EVERY = 8;
    private static final int MOST_HELD_OUT = 64;
    private static final double NO_TAIL = -1e4; // its exponential is zero beside any score's

    private final Options options;
    private final List<int[]> rows;

    /**
     * How to train.
     *
     * @param out the file to write
     * @param settings what is seen exactly; the model's folder must say the same
     * @param bits of a code
     * @param anchors of each head; 0: codes are sides of planes, of which queries have their own
     * @param tables that tails have; without, they have the published sums
     * @param layerSteps texts from which each layer learns its own attention
     * @param wholeSteps texts from which all layers together learn the decoder's next tokens
     * @param tableSteps texts from which they do so with the tables that there are, after it with
     *     the mean of all there could be
     */
    public record Options(
            Path out,
            EcoSettings settings,
            int bits,
            int anchors,
            Optional<TableShape> tables,
            long layerSteps,
            long wholeSteps,
            long tableSteps,
            long seed,
            int threads) {
        public Options {
            if (bits < 1 || bits > Long.SIZE || anchors < 0) {
                throw new IllegalArgumentException(
                        "bits must be 1..64 and anchors at least 0, were %d and %d"
                                .formatted(bits, anchors));
            }
            if (layerSteps < 0 || wholeSteps < 0 || tableSteps < 0) {
                throw new IllegalArgumentException(
                        "steps must be at least 0, were %d, %d and %d"
                                .formatted(layerSteps, wholeSteps, tableSteps));
            }
        }

        /** The same with another seed, into another file. */
        public Options with(long other, Path file) {
            var drawn = tables.map(shape -> shape.with(other));
            return new Options(
                    file,
                    settings,
                    bits,
                    anchors,
                    drawn,
                    layerSteps,
                    wholeSteps,
                    tableSteps,
                    other,
                    threads);
        }

        /** All but the file and the seed, for people. */
        public String words() {
            return "window %d + %d, %d bits, %d anchors, %s, steps %d, %d and %d"
                    .formatted(
                            settings.window(),
                            settings.sinks(),
                            bits,
                            anchors,
                            tables.map(TableShape::words).orElse("sums"),
                            layerSteps,
                            wholeSteps,
                            tableSteps);
        }
    }

    /** Of one way to attend, over texts that were not learned from, beyond the window. */
    public record Arm(double accuracyPercent, double nats, double recallPercent) {}

    /**
     * What came of it.
     *
     * @param dense the decoder as it is
     * @param window what is seen exactly, and no tails: the control
     * @param eco with tails
     */
    public record Report(Arm dense, Arm window, Arm eco) {}

    private EcoTraining(Options options, List<int[]> rows) {
        this.options = options;
        this.rows = List.copyOf(rows);
    }

    /** Trains with the texts of a folder, in rows of so many tokens. */
    public static Report run(Path directory, Path corpus, int length, Options options) {
        if (length <= options.settings().rows() + 1) {
            throw new IllegalArgumentException(
                    "rows must be longer than what is seen exactly, %d tokens, were %d"
                            .formatted(options.settings().rows(), length));
        }
        Torch.prepareThread();
        Torch.useThreads(options.threads());
        try (var model = ModelDirectory.open(directory, Decoders.ALL);
                var tokenizer = Tokenizer.open(directory);
                var manager = Torch.newScope(Devices.cpu())) {
            var rows = TokenRows.read(corpus, tokenizer, length);
            var decoder = new OpenDecoder(manager, model);
            return new EcoTraining(options, rows).train(manager, decoder);
        }
    }

    private Report train(NDManager manager, OpenDecoder decoder) {
        var parameters = calibrated(manager, decoder);
        var random = new SplittableRandom(options.seed());
        var learned =
                IntStream.range(0, rows.size())
                        .filter(row -> !isHeldOut(row))
                        .mapToObj(rows::get)
                        .toList();
        Supplier<int[]> texts = () -> learned.get(random.nextInt(learned.size()));
        var settings = options.settings();
        var lessons = new Lessons(manager, decoder, settings, parameters, parameters.expected());
        lessons.layers(options.layerSteps(), texts);
        lessons.whole(options.wholeSteps(), texts);
        if (options.tables().isPresent()) {
            new Lessons(manager, decoder, settings, parameters, parameters.taught())
                    .whole(options.tableSteps(), texts);
        }
        parameters.write(options.out());
        return report(decoder, parameters);
    }

    private static boolean isHeldOut(int row) {
        return row % HELD_OUT_EVERY == 0;
    }

    /** Hashes of all layers that see everything, from the first row that is learned from. */
    private TailParameters calibrated(NDManager manager, OpenDecoder decoder) {
        var config = decoder.config();
        var dense = new DenseAttending(config);
        var recording = new Recording(dense);
        var layers = new LinkedHashMap<Integer, TailParameters.Layer>();
        try (var _ = new NDScope()) {
            decoder.logits(recording, rows.get(1));
            var calibration =
                    new HeadCalibration(
                            manager,
                            options.bits(),
                            options.anchors(),
                            options.tables().isEmpty(),
                            options.seed());
            recording
                    .layers()
                    .forEach((index, seen) -> {
                        if (!config.sights().get(index).isWindowed()) {
                            var gates = new FirstGates(dense, options.settings(), weight());
                            var layer = calibration.of(seen, gates.of(index, seen));
                            layers.put(index, layer);
                            layer.all().forEach(NDScope::unregister);
                        }
                    });
        }
        if (layers.isEmpty()) {
            throw new IllegalArgumentException(
                    "the model must have a layer that sees everything, all have windows");
        }
        return new TailParameters(layers, options.tables());
    }

    /**
     * Of codes that agree in half their bits; with tables, which such codes hardly have in common,
     * in seven of eight.
     */
    private double weight() {
        return options.tables()
                .map(shape -> Math.log(shape.count()) - shape.steepness() * shape.bits() / 8)
                .orElseGet(() -> Math.log(options.bits() + 1.0));
    }

    private Report report(OpenDecoder decoder, TailParameters parameters) {
        var dense = new DenseAttending(decoder.config());
        var settings = options.settings();
        var tailed = new TailedAttending(dense, settings, parameters, parameters.likeness());
        var closed = parameters.gated(NO_TAIL);
        var alone = new TailedAttending(dense, settings, closed, closed.likeness());
        return new Report(arm(decoder, dense), arm(decoder, alone), arm(decoder, tailed));
    }

    private Arm arm(OpenDecoder decoder, Attending attending) {
        int beyond = options.settings().rows();
        var accuracy = new Accuracy(decoder, attending, beyond);
        IntStream.range(0, rows.size())
                .filter(EcoTraining::isHeldOut)
                .limit(MOST_HELD_OUT)
                .forEach(row -> accuracy.add(rows.get(row)));
        int length = rows.getFirst().length;
        var recall = new Accuracy(decoder, attending, Repeats.second(length));
        for (int text = 0; text < MOST_HELD_OUT; text++) {
            recall.add(Repeats.of(rows, length, text));
        }
        return new Arm(accuracy.percent(), accuracy.nats(), recall.percent());
    }
}
