package dev.millrace.workers.text.kernels.vector;

import dev.millrace.workers.text.kv.chunk.ChunkAdapters;
import dev.millrace.workers.text.model.DecoderConfig;
import dev.millrace.workers.text.simd.Lanes;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Applies a decoder's chunk adapters to the rows of one step, while the layers pass. */
final class Adapting {
    private final DecoderConfig config;
    private final ChunkAdapters adapters;
    private final List<Maps> layers = new ArrayList<>();
    private final int queryWidth; // of all layers' adapted queries of one row
    private final int keyWidth; // of all layers' adapted keys of one row
    private double[] boundaries = new double[0];
    private float[] keys = new float[0];
    private float[] queries = new float[0];

    private record Maps(int layer, Matrix query, Matrix key) {}

    Adapting(Arena arena, DecoderConfig config, ChunkAdapters adapters) {
        this.config = config;
        this.adapters = adapters;
        this.queryWidth = adapters.layers().size() * adapters.width();
        this.keyWidth =
                adapters.layers().stream()
                        .mapToInt(layer -> layer.key().length / config.kvWidth())
                        .sum();
        for (var layer : adapters.layers()) {
            layers.add(
                    new Maps(
                            layer.index(),
                            matrix(arena, layer.query(), config.queryWidth()),
                            matrix(arena, layer.key(), config.kvWidth())));
        }
    }

    private Matrix matrix(Arena arena, float[] values, int inputs) {
        var memory = arena.allocate((long) values.length * Float.BYTES, Long.BYTES);
        MemorySegment.copy(values, 0, memory, Lanes.FLOAT, 0, values.length);
        return new FloatMatrix(memory, values.length / inputs, inputs);
    }

    void begin(int rows) {
        if (boundaries.length < rows) {
            boundaries = new double[rows];
            keys = new float[rows * keyWidth];
            queries = new float[rows * queryWidth];
        }
    }

    /** The residual stream after a layer, [rows, hidden]. */
    void after(int layer, float[] stream, int rows) {
        if (layer == adapters.boundaryLayer()) {
            for (int row = 0; row < rows; row++) {
                boundaries[row] = adapters.boundary(stream, row * config.hidden());
            }
        }
    }

    /** A layer's queries [rows, queryWidth] and keys [rows, kvWidth], not yet rotated. */
    void projected(int layer, float[] query, float[] key, int rows) {
        int slot = slot(layer);
        if (slot >= 0) {
            apply(layers.get(slot), slot, query, key, rows);
        }
    }

    private void apply(Maps maps, int scoring, float[] query, float[] key, int rows) {
        for (int row = 0; row < rows; row++) {
            int toQuery = row * queryWidth + scoring * maps.query().outputs();
            for (int i = 0; i < maps.query().outputs(); i++) {
                queries[toQuery + i] = maps.query().one(query, row * config.queryWidth(), i);
            }
            int toKey = row * keyWidth + scoring * maps.key().outputs();
            for (int i = 0; i < maps.key().outputs(); i++) {
                keys[toKey + i] = maps.key().one(key, row * config.kvWidth(), i);
            }
        }
    }

    /** Which of the scoring layers a layer is; -1: none. */
    int slot(int layer) {
        for (int slot = 0; slot < layers.size(); slot++) {
            if (layers.get(slot).layer() == layer) {
                return slot;
            }
        }
        return -1;
    }

    /** A row's adapted query in one scoring layer. */
    float[] queries(int row, int slot) {
        int at = row * queryWidth + slot * adapters.width();
        return Arrays.copyOfRange(queries, at, at + adapters.width());
    }

    double boundary(int row) {
        return boundaries[row];
    }

    /** A row's adapted keys, layer by layer, part by part. */
    float[] keys(int row) {
        return Arrays.copyOfRange(keys, row * keyWidth, (row + 1) * keyWidth);
    }

    /** A row's adapted queries, layer by layer. */
    float[] queries(int row) {
        return Arrays.copyOfRange(queries, row * queryWidth, (row + 1) * queryWidth);
    }
}
