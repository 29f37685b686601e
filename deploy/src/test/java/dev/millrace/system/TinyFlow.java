package dev.millrace.system;

import com.fasterxml.jackson.databind.ObjectMapper;

import dev.millrace.workers.image.flow.Patches;
import dev.millrace.workers.image.flow.tarflow.TarFlowConfig;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.SafetensorsWriter;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;

/** A folder with a small flow of random weights: its pictures show nothing, but they are made. */
final class TinyFlow {
    static final String ID = "shapes";
    static final List<String> CLASSES = List.of("disc", "ring", "cross");

    private static final TarFlowConfig CONFIG =
            new TarFlowConfig(new Patches(16, 3, 2), 32, 4, 2, 16, 3, CLASSES, 0.05);

    /** Of the prior. */
    private static final String VARIANCE = "var";

    private TinyFlow() {}

    static Path write(Path folder) {
        try {
            Files.createDirectories(folder);
            var writer = new SafetensorsWriter();
            var random = new SplittableRandom(1);
            shapes().forEach((name, shape) ->
                    writer.add(name, ElementType.F32, values(name, shape, random), shape));
            writer.writeTo(folder.resolve("model.safetensors"));
            Files.writeString(
                    folder.resolve(TarFlowConfig.FILE),
                    new ObjectMapper().writeValueAsString(CONFIG.json()));
            Files.writeString(
                    folder.resolve("millrace.json"),
                    "{\"kind\":\"image\",\"id\":\"" + ID + "\",\"guidance\":1}");
            Files.writeString(
                    folder.resolve("strategy.cpu.json"),
                    new ObjectMapper().writeValueAsString(strategy()));
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sweeps, which such a small model would not be given: they are few, and can be watched. */
    private static Map<String, Object> strategy() {
        var step = Map.of("window", 64, "tolerance", 0.001, "sweeps", 20);
        Map<String, Object> strategy = new LinkedHashMap<>();
        for (var quality : List.of("low", "medium", "high")) {
            strategy.put(quality, Collections.nCopies(CONFIG.blocks(), step));
        }
        return strategy;
    }

    private static Map<String, long[]> shapes() {
        Map<String, long[]> shapes = new LinkedHashMap<>();
        for (int block = 0; block < CONFIG.blocks(); block++) {
            shapes.putAll(CONFIG.block(block));
            shapes.put(
                    TarFlowConfig.classEmbedding(block),
                    new long[] {CLASSES.size(), 1, CONFIG.width()});
        }
        shapes.put(VARIANCE, new long[] {CONFIG.patches().tokens(), CONFIG.patches().tokenWidth()});
        return shapes;
    }

    private static float[] values(String name, long[] shape, SplittableRandom random) {
        int size = 1;
        for (long extent : shape) {
            size = Math.multiplyExact(size, Math.toIntExact(extent));
        }
        var values = new float[size];
        if (name.equals(VARIANCE)) {
            Arrays.fill(values, 0.05f); // pictures are then mostly in range
            return values;
        }
        double deviation = name.contains("proj_out.weight") ? 0.045 : 0.12;
        double mean = name.endsWith("norm.weight") ? 1 : 0;
        for (int i = 0; i < size; i++) {
            values[i] = (float) (mean + deviation * random.nextGaussian());
        }
        return values;
    }
}
