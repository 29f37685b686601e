package dev.millrace.workers.train.adapters;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;

import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.SafetensorsWriter;
import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.text.kv.chunk.ChunkAdapters;
import dev.millrace.workers.text.model.DecoderConfig;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What is learned, by the names that {@link ChunkAdapters} reads. */
final class AdapterParameters {
    static final String BOUNDARY = "boundary.weight";
    static final String BIAS = "boundary.bias";

    private final Map<String, NDArray> arrays = new LinkedHashMap<>();
    private final NDManager manager;
    private final int boundaryLayer;

    /** Arrays live in {@code manager}. */
    AdapterParameters(NDManager manager, DecoderConfig config, ChunkAdapters first) {
        this.manager = manager;
        this.boundaryLayer = first.boundaryLayer();
        put(BOUNDARY, first.boundary(), config.hidden());
        arrays.put(BIAS, Tensors.floats(manager, new float[] {first.bias()}, 1));
        for (var layer : first.layers()) {
            int scorers = layer.scorers();
            put(query(layer.index()), layer.query(), config.queryWidth() / scorers);
            put(key(layer.index()), layer.key(), config.kvWidth() / scorers);
        }
    }

    private void put(String name, float[] values, int inputs) {
        arrays.put(name, Tensors.floats(manager, values, values.length / inputs, inputs));
    }

    NDArray get(String name) {
        var array = arrays.get(name);
        if (array == null) {
            throw new IllegalStateException("no parameter " + name);
        }
        return array;
    }

    /** The live arrays. */
    Map<String, NDArray> all() {
        return arrays;
    }

    /** Writes them, with what each scorer's word is worth. */
    void write(Path file, List<LayerScore> scores) {
        var writer = new SafetensorsWriter().metadata(Map.of("format", "pt"));
        writer.add("boundary.layer", ElementType.F32, new float[] {boundaryLayer}, 1);
        arrays.forEach((name, array) ->
                writer.add(
                        name, ElementType.F32, array.toFloatArray(), array.getShape().getShape()));
        for (var score : scores) {
            writer.add(
                    "layers." + score.layer() + ".weight",
                    ElementType.F32,
                    score.weights(),
                    score.weights().length);
        }
        try {
            writer.writeTo(file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }

    static String query(int layer) {
        return "layers." + layer + ".query.weight";
    }

    static String key(int layer) {
        return "layers." + layer + ".key.weight";
    }
}
