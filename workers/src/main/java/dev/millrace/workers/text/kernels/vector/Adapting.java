package dev.millrace.workers.text.kernels.vector;

import dev.millrace.workers.simd.Lanes;
import dev.millrace.workers.text.kv.chunk.ChunkAdapters;
import dev.millrace.workers.text.model.DecoderConfig;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Applies a decoder's chunk adapters to the rows of one step, while the layers pass. */
final class Adapting {
    private final DecoderConfig config;
    private final ChunkAdapters adapters;
    private final List<List<Maps>> layers = new ArrayList<>();
    private final int scorers; // of each of these layers
    private final int queryWidth; // of all adapted queries of one row
    private final int keyWidth; // of all adapted keys of one row
    private double[] boundaries = new double[0];
    private float[] keys = new float[0];
    private float[] queries = new float[0];

    /** A scorer's. */
    private record Maps(Matrix query, Matrix key) {}

    Adapting(Arena arena, DecoderConfig config, ChunkAdapters adapters) {
        this.config = config;
        this.adapters = adapters;
        this.scorers = adapters.scorersPerLayer();
        this.queryWidth = adapters.layers().size() * scorers * adapters.width();
        for (var layer : adapters.layers()) {
            layers.add(maps(arena, layer));
        }
        this.keyWidth =
                layers.stream().flatMap(List::stream).mapToInt(maps -> maps.key().outputs()).sum();
    }

    private List<Maps> maps(Arena arena, ChunkAdapters.Layer layer) {
        var query = matrix(arena, layer.query(), config.queryWidth() / scorers);
        var key = matrix(arena, layer.key(), config.kvWidth() / scorers);
        var maps = new ArrayList<Maps>();
        for (int scorer = 0; scorer < scorers; scorer++) {
            maps.add(new Maps(part(query, scorer), part(key, scorer)));
        }
        return maps;
    }

    private Matrix part(FloatMatrix of, int scorer) {
        int outputs = of.outputs() / scorers;
        long bytes = of.bytes() / scorers;
        return new FloatMatrix(of.weights().asSlice(scorer * bytes, bytes), outputs, of.inputs());
    }

    private static FloatMatrix matrix(Arena arena, float[] values, int inputs) {
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
        for (int scorer = 0; slot >= 0 && scorer < scorers; scorer++) {
            apply(layers.get(slot).get(scorer), slot * scorers + scorer, query, key, rows);
        }
    }

    private void apply(Maps maps, int scorer, float[] query, float[] key, int rows) {
        for (int row = 0; row < rows; row++) {
            int toQuery = row * queryWidth + scorer * maps.query().outputs();
            int fromQuery = row * config.queryWidth() + scorer % scorers * maps.query().inputs();
            for (int i = 0; i < maps.query().outputs(); i++) {
                queries[toQuery + i] = maps.query().one(query, fromQuery, i);
            }
            int toKey = row * keyWidth + scorer * maps.key().outputs();
            int fromKey = row * config.kvWidth() + scorer % scorers * maps.key().inputs();
            for (int i = 0; i < maps.key().outputs(); i++) {
                keys[toKey + i] = maps.key().one(key, fromKey, i);
            }
        }
    }

    /** Which of the scoring layers a layer is; -1: none. */
    private int slot(int layer) {
        for (int slot = 0; slot < adapters.layers().size(); slot++) {
            if (adapters.layers().get(slot).index() == layer) {
                return slot;
            }
        }
        return -1;
    }

    boolean isScoring(int layer) {
        return slot(layer) >= 0;
    }

    /** Of each scoring layer. */
    int scorersPerLayer() {
        return scorers;
    }

    /** The first of a scoring layer's scorers. */
    int firstScorer(int layer) {
        return slot(layer) * scorers;
    }

    /** A row's adapted query of one scorer. */
    float[] queries(int row, int scorer) {
        int at = row * queryWidth + scorer * adapters.width();
        return Arrays.copyOfRange(queries, at, at + adapters.width());
    }

    double boundary(int row) {
        return boundaries[row];
    }

    /** A row's adapted keys, scorer by scorer, part by part. */
    float[] keys(int row) {
        return Arrays.copyOfRange(keys, row * keyWidth, (row + 1) * keyWidth);
    }

    /** A row's adapted queries, scorer by scorer. */
    float[] queries(int row) {
        return Arrays.copyOfRange(queries, row * queryWidth, (row + 1) * queryWidth);
    }
}
