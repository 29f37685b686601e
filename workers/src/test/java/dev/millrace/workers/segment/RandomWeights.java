package dev.millrace.workers.segment;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import com.fasterxml.jackson.databind.ObjectMapper;

import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.SafetensorsWriter;
import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.tensor.WeightTable;
import dev.millrace.workers.tensor.WeightTable.Weight;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;

/** Weights that depend on a seed, of a size at which every part of a network has its say. */
public final class RandomWeights {
    private final WeightTable table;
    private final Map<String, float[]> values = new LinkedHashMap<>();

    public RandomWeights(WeightTable table, long seed) {
        this.table = table;
        var random = new SplittableRandom(seed);
        table.all().forEach(weight -> values.put(weight.name(), values(weight, random)));
    }

    private static float[] values(Weight weight, SplittableRandom random) {
        long size = 1;
        for (long extent : weight.shape()) {
            size *= extent;
        }
        int first = weight.shape().isEmpty() ? 1 : Math.toIntExact(weight.shape().getFirst());
        double deviation = weight.isInner() ? 1 / Math.sqrt((double) size / first) : 0.3;
        boolean isScale = weight.name().matches(".*(norm|bn|downsample\\.1).*(weight|running_var)");
        var values = new float[Math.toIntExact(size)];
        for (int i = 0; i < values.length; i++) {
            double value = deviation * random.nextGaussian();
            values[i] = (float) (isScale ? 1 + Math.abs(value) : value);
        }
        return values;
    }

    /** Another value for a weight. */
    public RandomWeights with(String name, float... value) {
        values.put(name, value);
        return this;
    }

    public RandomWeights without(String name) {
        values.remove(name);
        return this;
    }

    public float[] of(String name) {
        return Objects.requireNonNull(values.get(name), name);
    }

    /** One tensor, in its shape. */
    public NDArray of(NDManager scope, String name) {
        var weight = table.all().get(table.place(name));
        return Tensors.floats(scope, of(name), weight.shapeArray());
    }

    /** A folder with these weights and a config. */
    public Path write(Path folder, Map<String, Object> config) {
        var writer = new SafetensorsWriter();
        for (var weight : table.all()) {
            var own = values.get(weight.name());
            if (own != null) {
                writer.add(weight.name(), ElementType.F32, own, weight.shapeArray());
            }
        }
        try {
            writer.writeTo(folder.resolve("model.safetensors"));
            Files.writeString(
                    folder.resolve("config.json"), new ObjectMapper().writeValueAsString(config));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return folder;
    }

    /** Standard normal numbers. */
    public static NDArray noise(NDManager scope, long seed, long... shape) {
        var random = new SplittableRandom(seed);
        int size = 1;
        for (long extent : shape) {
            size = Math.toIntExact(size * extent);
        }
        var values = new float[size];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return Tensors.floats(scope, values, shape);
    }
}
