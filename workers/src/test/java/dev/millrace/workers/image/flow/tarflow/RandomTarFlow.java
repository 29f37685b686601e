package dev.millrace.workers.image.flow.tarflow;

import com.fasterxml.jackson.databind.ObjectMapper;

import dev.millrace.workers.image.flow.Patches;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.SafetensorsWriter;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** Folders with small models of random weights. */
public final class RandomTarFlow {
    /** Eight tokens are enough for every case; an odd number of blocks ends turned around. */
    public static final TarFlowConfig SMALL = config(8, 2, 16, 2, 3);

    private RandomTarFlow() {}

    public static TarFlowConfig config(int side, int patch, int width, int blocks, int classes) {
        return new TarFlowConfig(
                new Patches(side, 3, patch), width, blocks, 2, 8, classes, List.of(), 0.05);
    }

    /** Weights by their name; matrices are small enough for a contraction, biases are not zero. */
    public static Map<String, float[]> weights(TarFlowConfig config, long seed) {
        var random = new SplittableRandom(seed);
        Map<String, float[]> weights = new LinkedHashMap<>();
        shapes(config)
                .forEach((name, shape) -> {
                    var values = new float[Math.toIntExact(product(shape))];
                    for (int i = 0; i < values.length; i++) {
                        double deviation = name.contains("proj_out") ? 0.05 : 0.2;
                        double mean = name.endsWith("norm.weight") ? 1 : 0;
                        values[i] = (float) (mean + deviation * random.nextGaussian());
                    }
                    weights.put(name, values);
                });
        return weights;
    }

    static Map<String, long[]> shapes(TarFlowConfig config) {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        for (int block = 0; block < config.blocks(); block++) {
            shapes.putAll(config.block(block));
            if (config.classes() > 0) {
                shapes.put(
                        TarFlowConfig.classEmbedding(block),
                        new long[] {config.classes(), 1, config.width()});
            }
        }
        return shapes;
    }

    public static Path write(Path folder, TarFlowConfig config, Map<String, float[]> weights)
            throws IOException {
        var writer = new SafetensorsWriter();
        shapes(config)
                .forEach((name, shape) -> {
                    var values = weights.get(name);
                    if (values != null) {
                        writer.add(name, ElementType.F32, values, shape);
                    }
                });
        writer.writeTo(folder.resolve("model.safetensors"));
        Files.writeString(
                folder.resolve(TarFlowConfig.FILE),
                new ObjectMapper().writeValueAsString(config.json()));
        return folder;
    }

    /** Standard normal numbers. */
    static float[] noise(int length, long seed) {
        var random = new SplittableRandom(seed);
        var noise = new float[length];
        for (int i = 0; i < length; i++) {
            noise[i] = (float) random.nextGaussian();
        }
        return noise;
    }

    private static long product(long... shape) {
        long product = 1;
        for (long extent : shape) {
            product *= extent;
        }
        return product;
    }
}
