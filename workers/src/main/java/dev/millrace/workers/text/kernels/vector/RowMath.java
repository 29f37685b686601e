package dev.millrace.workers.text.kernels.vector;

import dev.millrace.workers.energy.Meter;
import dev.millrace.workers.energy.Operation;
import dev.millrace.workers.text.model.DecoderConfig;
import dev.millrace.workers.text.model.Sight;

import java.util.List;

/** What is computed for each row by itself: all of a decoder but attention. */
final class RowMath {
    private final DecoderConfig config;
    private final RmsNorm norm;
    private final Meter meter;

    /**
     * @param meter hears of what is computed
     */
    RowMath(DecoderConfig config, Meter meter) {
        this.config = config;
        this.norm = new RmsNorm(config.epsilon(), meter);
        this.meter = meter;
    }

    /** The residual stream before the first layer, and the angles of the row's position. */
    void begin(Matrix embedding, Place place, Rows rows, int row) {
        embedding.copyRow(place.token(), rows.stream, row * config.hidden());
        rows.rotation.place(row, place.position());
        meter.count(Operation.F32_MULTIPLY, config.headDim() / 2);
        meter.count(Operation.EXPONENTIAL, config.headDim());
        meter.move(embedding.bytes() / embedding.outputs());
    }

    /** Queries, keys and values, not yet rotated. */
    void prepare(VectorWeights.Layer layer, Rows rows, int count) {
        norm.apply(rows.stream, count, config.hidden(), layer.attentionNorm(), rows.normed);
        project(layer.query(), rows.normed, rows, count, rows.query);
        project(layer.key(), rows.normed, rows, count, rows.key);
        project(layer.value(), rows.normed, rows, count, rows.value);
        headNorm(rows.query, count * config.heads(), layer.queryNorm());
        headNorm(rows.key, count * config.kvHeads(), layer.keyNorm());
    }

    private void headNorm(float[] x, int heads, float[] weight) {
        if (weight.length > 0) {
            norm.apply(x, heads, config.headDim(), weight, x);
        }
    }

    /** Queries and keys, by their positions. */
    void rotate(Rows rows, int count) {
        rows.rotation.turn(rows.query, count, config.heads());
        rows.rotation.turn(rows.key, count, config.kvHeads());
        long turned = (long) count * (config.queryWidth() + config.kvWidth());
        meter.count(Operation.F32_MULTIPLY, 2 * turned);
        meter.count(Operation.F32_ADD, turned);
    }

    /**
     * Each head's queries, by how much there is to see; all of it, also where a part is selected.
     */
    void logScale(Sight sight, List<Place> places, float[] learned, Rows rows) {
        for (int row = 0; row < places.size(); row++) {
            float log = sight.logScale(places.get(row).position());
            for (int i = 0; i < config.queryWidth(); i++) {
                rows.query[row * config.queryWidth() + i] *=
                        1 + learned[i / config.headDim()] * log;
            }
        }
        long scaled = (long) places.size() * config.queryWidth();
        meter.products(scaled);
        meter.count(Operation.F32_MULTIPLY, scaled);
    }

    /** Adds what attention has come to. */
    void addOutput(VectorWeights.Layer layer, Rows rows, int count) {
        project(layer.output(), rows.mixed, rows, count, rows.added);
        add(rows, count);
    }

    /** Adds down(silu(gate(x)) * up(x)). */
    void feedForward(VectorWeights.Layer layer, Rows rows, int count) {
        norm.apply(rows.stream, count, config.hidden(), layer.mlpNorm(), rows.normed);
        project(layer.gate(), rows.normed, rows, count, rows.gate);
        project(layer.up(), rows.normed, rows, count, rows.up);
        int size = count * config.feedForward();
        for (int i = 0; i < size; i++) {
            float gate = rows.gate[i];
            rows.gate[i] = (float) (gate / (1 + Math.exp(-gate))) * rows.up[i];
        }
        meter.products(size);
        meter.count(Operation.EXPONENTIAL, size);
        meter.count(Operation.DIVIDE, size);
        project(layer.down(), rows.gate, rows, count, rows.added);
        add(rows, count);
    }

    /** Logits of streams [count, hidden], in {@code rows.logits}. */
    void finish(VectorWeights weights, Rows rows, float[] stream, int count) {
        norm.apply(stream, count, config.hidden(), weights.finalNorm(), rows.normed);
        rows.makeRoomForLogits(count);
        multiply(weights.head(), rows.normed, rows, count, rows.logits);
    }

    private void project(
            VectorWeights.Projection projection, float[] x, Rows rows, int count, float[] y) {
        multiply(projection.weight(), x, rows, count, y);
        float[] bias = projection.bias();
        for (int i = 0; i < bias.length * count; i++) {
            y[i] += bias[i % bias.length];
        }
        meter.count(Operation.F32_ADD, (long) bias.length * count);
    }

    /** Bytes are counted once, for all rows: they share one reading. */
    private void multiply(Matrix matrix, float[] x, Rows rows, int count, float[] y) {
        float[] arranged = matrix.arrange(x, count, rows.arranged);
        matrix.multiply(arranged, count, y, 0, matrix.outputs());
        meter.products((long) matrix.outputs() * matrix.inputs() * count);
        meter.move(matrix.bytes());
    }

    private void add(Rows rows, int count) {
        int size = count * config.hidden();
        for (int i = 0; i < size; i++) {
            rows.stream[i] += rows.added[i];
        }
        meter.count(Operation.F32_ADD, size);
    }
}
