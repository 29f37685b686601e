package dev.millrace.workers.image;

import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;

import dev.millrace.protocol.Quality;
import dev.millrace.workers.image.solve.Window;
import dev.millrace.workers.tensor.ConfigJson;
import dev.millrace.workers.tensor.Devices;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How the blocks of a model are inverted on a kind of device: for each quality a step per block, in
 * the order of sampling.
 *
 * <p>Many pictures at a time are another matter than few: token after token, each for all pictures
 * at once, may then be the fastest way.
 *
 * @param steps of a picture that is made alone or with few
 * @param together of one that is made with others
 * @param many from so many rows of the network at a time on it is {@code together}; a picture that
 *     is guided is two, with its class and without
 */
public record Strategy(
        Map<Quality, List<Step>> steps, Map<Quality, List<Step>> together, int many) {
    /** Those that a strategy has steps for. */
    public static final List<Quality> QUALITIES =
            List.of(Quality.LOW, Quality.MEDIUM, Quality.HIGH);

    private static final int WIDTH = 64;
    private static final int NEVER = Integer.MAX_VALUE;
    private static final String TOGETHER = "together";
    private static final String MANY = "from";
    private static final Map<Quality, Double> TOLERANCES =
            Map.of(Quality.LOW, 0.05, Quality.MEDIUM, 0.01, Quality.HIGH, 0.001);

    /**
     * One block.
     *
     * @param sweeps expected, to tell how far a picture is
     */
    public record Step(Window window, double sweeps) {}

    public Strategy {
        steps = Collections.unmodifiableMap(new EnumMap<>(steps));
        together = Collections.unmodifiableMap(new EnumMap<>(together));
        if (many < 2) {
            throw new IllegalArgumentException("many must be at least 2, was " + many);
        }
    }

    /** In whatever company. */
    public static Strategy always(Map<Quality, List<Step>> steps) {
        return new Strategy(steps, steps, NEVER);
    }

    /**
     * Where nothing was measured.
     *
     * @param isTokenwise whether a sweep over two tokens takes about twice as long as one over one
     */
    static Strategy unmeasured(int blocks, boolean isTokenwise) {
        var steps = new EnumMap<Quality, List<Step>>(Quality.class);
        for (var quality : QUALITIES) {
            var window = isTokenwise ? Window.TOKENWISE : new Window(WIDTH, tolerance(quality));
            steps.put(quality, Collections.nCopies(blocks, new Step(window, 1)));
        }
        return always(steps);
    }

    /** What counts as no change in blocks of which nothing is known. */
    public static double tolerance(Quality quality) {
        return TOLERANCES.getOrDefault(quality, 0.0);
    }

    /** The file's, or else one for a model that was not measured on such a device. */
    static Strategy of(Path folder, int blocks, Devices.Choice device, boolean isTokenwise) {
        return measured(folder, blocks, device).orElseGet(() -> unmeasured(blocks, isTokenwise));
    }

    /** The file's, if it is there. */
    public static Optional<Strategy> measured(Path folder, int blocks, Devices.Choice device) {
        var file = file(folder, device);
        return Files.exists(file) ? Optional.of(read(file, blocks)) : Optional.empty();
    }

    /** Where the strategy for a kind of device is kept. */
    public static Path file(Path folder, Devices.Choice device) {
        return folder.resolve(device.isCpu() ? "strategy.cpu.json" : "strategy.gpu.json");
    }

    private static Strategy read(Path file, int blocks) {
        var json = ConfigJson.read(file);
        var steps = steps(json, blocks);
        var together = json.object(TOGETHER);
        return together.isEmpty()
                ? always(steps)
                : new Strategy(
                        steps,
                        steps(together.get(), blocks),
                        Math.max(2, together.get().positive(MANY)));
    }

    private static Map<Quality, List<Step>> steps(ConfigJson json, int blocks) {
        var steps = new EnumMap<Quality, List<Step>>(Quality.class);
        for (var quality : QUALITIES) {
            var list = json.objects(quality.word());
            if (list.size() != blocks) {
                throw json.wrong(
                        quality.word(), "must have a step for each of " + blocks + " blocks");
            }
            steps.put(quality, list.stream().map(Strategy::step).toList());
        }
        return steps;
    }

    private static Step step(ConfigJson json) {
        return new Step(
                new Window(json.positive("window"), json.number("tolerance")),
                json.number("sweeps"));
    }

    /** Writes what {@link #of} reads. */
    public void write(Path file, Map<String, ?> about) throws IOException {
        Map<String, Object> json = new LinkedHashMap<>(about);
        json.putAll(json(steps));
        if (many != NEVER) {
            Map<String, Object> others = new LinkedHashMap<>();
            others.put(MANY, many);
            others.putAll(json(together));
            json.put(TOGETHER, others);
        }
        var writer = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        Files.writeString(file, writer.writeValueAsString(json) + "\n");
    }

    private static Map<String, Object> json(Map<Quality, List<Step>> steps) {
        Map<String, Object> json = new LinkedHashMap<>();
        steps.forEach((quality, list) ->
                json.put(quality.word(), list.stream().map(Strategy::json).toList()));
        return json;
    }

    private static Map<String, Object> json(Step step) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("window", step.window().width());
        json.put("tolerance", step.window().tolerance());
        json.put("sweeps", step.sweeps());
        return json;
    }

    /**
     * A step per block.
     *
     * @param rows how many pictures are made at a time, those that are guided twice
     */
    public List<Step> of(Quality quality, int rows) {
        var list = (rows < many ? steps : together).get(quality);
        if (list == null) {
            throw new IllegalArgumentException("no steps for quality " + quality.word());
        }
        return list;
    }

    /** The share of the work that is done before each block, and at last 1. */
    static double[] shares(List<Step> steps) {
        double all = steps.stream().mapToDouble(Step::sweeps).sum();
        var shares = new double[steps.size() + 1];
        IntStream.range(0, steps.size())
                .forEach(i -> shares[i + 1] = shares[i] + steps.get(i).sweeps() / all);
        shares[steps.size()] = 1;
        return shares;
    }
}
