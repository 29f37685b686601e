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
import java.util.stream.IntStream;

/**
 * How the blocks of a model are inverted on a kind of device: for each quality a step per block, in
 * the order of sampling.
 */
public record Strategy(Map<Quality, List<Step>> steps) {
    /** Those that a strategy has steps for. */
    public static final List<Quality> QUALITIES =
            List.of(Quality.LOW, Quality.MEDIUM, Quality.HIGH);

    private static final int WIDTH = 64;
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
    }

    /** Where nothing was measured. */
    static Strategy unmeasured(int blocks) {
        var steps = new EnumMap<Quality, List<Step>>(Quality.class);
        for (var quality : QUALITIES) {
            var window = new Window(WIDTH, tolerance(quality));
            steps.put(quality, Collections.nCopies(blocks, new Step(window, 1)));
        }
        return new Strategy(steps);
    }

    /** What counts as no change in blocks of which nothing is known. */
    public static double tolerance(Quality quality) {
        return TOLERANCES.getOrDefault(quality, 0.0);
    }

    /** The file's, or else one for a model that was not measured on such a device. */
    static Strategy of(Path folder, int blocks, Devices.Choice device) {
        var file = file(folder, device);
        return Files.exists(file) ? read(file, blocks) : unmeasured(blocks);
    }

    /** Where the strategy for a kind of device is kept. */
    public static Path file(Path folder, Devices.Choice device) {
        return folder.resolve(device.isCpu() ? "strategy.cpu.json" : "strategy.gpu.json");
    }

    private static Strategy read(Path file, int blocks) {
        var json = ConfigJson.read(file);
        var steps = new EnumMap<Quality, List<Step>>(Quality.class);
        for (var quality : QUALITIES) {
            var list = json.objects(quality.word());
            if (list.size() != blocks) {
                throw json.wrong(
                        quality.word(), "must have a step for each of " + blocks + " blocks");
            }
            steps.put(quality, list.stream().map(Strategy::step).toList());
        }
        return new Strategy(steps);
    }

    private static Step step(ConfigJson json) {
        return new Step(
                new Window(json.positive("window"), json.number("tolerance")),
                json.number("sweeps"));
    }

    /** Writes what {@link #of} reads. */
    public void write(Path file, Map<String, ?> about) throws IOException {
        Map<String, Object> json = new LinkedHashMap<>(about);
        for (var quality : QUALITIES) {
            json.put(quality.word(), of(quality).stream().map(Strategy::json).toList());
        }
        var writer = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
        Files.writeString(file, writer.writeValueAsString(json) + "\n");
    }

    private static Map<String, Object> json(Step step) {
        Map<String, Object> json = new LinkedHashMap<>();
        json.put("window", step.window().width());
        json.put("tolerance", step.window().tolerance());
        json.put("sweeps", step.sweeps());
        return json;
    }

    /** A step per block. */
    public List<Step> of(Quality quality) {
        var list = steps.get(quality);
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
