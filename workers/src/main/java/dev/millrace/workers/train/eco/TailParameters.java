package dev.millrace.workers.train.eco;

import ai.djl.ndarray.NDArray;

import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.SafetensorsWriter;
import dev.millrace.workers.text.kv.eco.EcoHashes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Each layer's hash and gates, by the names that {@link EcoHashes} reads; the live arrays. */
record TailParameters(Map<Integer, Layer> layers, Optional<TableShape> tables) {
    /**
     * One layer's.
     *
     * @param codes of its keys and queries
     * @param gate [heads]; learned
     */
    record Layer(CodeParameters codes, NDArray gate) {
        List<NDArray> all() {
            var all = new ArrayList<>(codes.parts().values());
            all.add(gate);
            return all;
        }

        private Layer gated(double value) {
            return new Layer(codes, gate.zerosLike().add(value));
        }
    }

    /**
     * @param tables that all layers have; without, they have the published sums
     */
    TailParameters {
        layers = new LinkedHashMap<>(layers);
    }

    Layer layer(int index) {
        var layer = layers.get(index);
        if (layer == null) {
            throw new IllegalArgumentException("layer " + index + " has no tail");
        }
        return layer;
    }

    boolean has(int layer) {
        return layers.containsKey(layer);
    }

    /** The same with all gates at one value. */
    TailParameters gated(double value) {
        var gated = new LinkedHashMap<Integer, Layer>();
        layers.forEach((index, layer) -> gated.put(index, layer.gated(value)));
        return new TailParameters(gated, tables);
    }

    /** What serves. */
    Likeness likeness() {
        return tables.<Likeness>map(shape -> new Likeness.Counted(shape.tables()))
                .orElseGet(Likeness.Sums::new);
    }

    /** What codes can begin to learn with. */
    Likeness expected() {
        return tables.<Likeness>map(Likeness.Expected::new).orElseGet(Likeness.Sums::new);
    }

    /** What they learn with at last: what serves, and a gradient. */
    Likeness taught() {
        return tables.<Likeness>map(Likeness.Taught::new).orElseGet(Likeness.Sums::new);
    }

    /** What is learned, by name. */
    Map<String, NDArray> learned() {
        var learned = new LinkedHashMap<String, NDArray>();
        layers.forEach((index, layer) -> {
            layer.codes()
                    .learned()
                    .forEach((part, one) -> learned.put(EcoHashes.name(index, part), one));
            learned.put(EcoHashes.name(index, "gate"), layer.gate());
        });
        return learned;
    }

    void write(Path file) {
        var writer = new SafetensorsWriter().metadata(Map.of("format", "pt"));
        layers.forEach((index, layer) -> {
            layer.codes().parts().forEach((part, one) -> add(writer, index, part, one));
            add(writer, index, "gate", layer.gate());
            tables.ifPresent(some -> some.add(writer, index));
        });
        try {
            writer.writeTo(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    private static void add(SafetensorsWriter writer, int layer, String part, NDArray array) {
        writer.add(
                EcoHashes.name(layer, part),
                ElementType.F32,
                array.toFloatArray(),
                array.getShape().getShape());
    }
}
