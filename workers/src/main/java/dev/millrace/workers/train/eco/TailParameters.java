package dev.millrace.workers.train.eco;

import ai.djl.ndarray.NDArray;

import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.SafetensorsWriter;
import dev.millrace.workers.text.kv.eco.EcoHashes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Each layer's hash and gates, by the names that {@link EcoHashes} reads; the live arrays. */
record TailParameters(Map<Integer, Layer> layers, Optional<TableShape> tables) {
    /**
     * One layer's.
     *
     * @param anchors [kvHeads, anchors, headDim]; calibrated, then constant
     * @param sigma [kvHeads]; the same
     * @param mean [kvHeads, anchors]; the same
     * @param vectors [kvHeads, bits, anchors]; learned
     * @param gate [heads]; learned
     */
    record Layer(NDArray anchors, NDArray sigma, NDArray mean, NDArray vectors, NDArray gate) {
        List<NDArray> all() {
            return List.of(anchors, sigma, mean, vectors, gate);
        }

        private Layer gated(double value) {
            return new Layer(anchors, sigma, mean, vectors, gate.zerosLike().add(value));
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
            learned.put(EcoHashes.name(index, "vectors"), layer.vectors());
            learned.put(EcoHashes.name(index, "gate"), layer.gate());
        });
        return learned;
    }

    void write(Path file) {
        var writer = new SafetensorsWriter().metadata(Map.of("format", "pt"));
        layers.forEach((index, layer) -> {
            add(writer, index, "anchors", layer.anchors());
            add(writer, index, "sigma", layer.sigma());
            add(writer, index, "mean", layer.mean());
            add(writer, index, "vectors", layer.vectors());
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
