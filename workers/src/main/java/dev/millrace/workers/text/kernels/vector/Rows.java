package dev.millrace.workers.text.kernels.vector;

import dev.millrace.workers.text.model.DecoderConfig;

/**
 * Working memory for the rows of one step: tokens of one or of many sequences, [capacity, width].
 */
final class Rows {
    final int capacity;

    /** The residual stream. */
    final float[] stream;

    final float[] normed;
    final float[] query;
    final float[] key;
    final float[] value;

    /** Of each key, where its sequence keeps tails, [capacity, kvHeads]. */
    final long[] keyCodes;

    /** Of each query, the same, [capacity, heads]. */
    final long[] queryCodes;

    /** What attention comes to, before the output projection. */
    final float[] mixed;

    final float[] gate;
    final float[] up;

    /** What a block adds to the stream. */
    final float[] added;

    /** A product's input in its matrix's order. */
    final float[] arranged;

    final Rotation rotation;
    float[] logits = new float[0];
    private final int vocabulary;

    Rows(DecoderConfig config, int capacity) {
        int hidden = config.hidden();
        int widest = Math.max(config.feedForward(), Math.max(hidden, config.queryWidth()));
        this.capacity = capacity;
        this.stream = new float[capacity * hidden];
        this.normed = new float[capacity * hidden];
        this.query = new float[capacity * config.queryWidth()];
        this.key = new float[capacity * config.kvWidth()];
        this.value = new float[capacity * config.kvWidth()];
        this.keyCodes = new long[capacity * config.kvHeads()];
        this.queryCodes = new long[capacity * config.heads()];
        this.mixed = new float[capacity * config.queryWidth()];
        this.gate = new float[capacity * config.feedForward()];
        this.up = new float[capacity * config.feedForward()];
        this.added = new float[capacity * hidden];
        this.arranged = new float[capacity * widest];
        this.rotation = new Rotation(config, capacity);
        this.vocabulary = config.vocabulary();
    }

    /** Most rows need no logits. */
    void makeRoomForLogits(int count) {
        if (logits.length < count * vocabulary) {
            logits = new float[count * vocabulary];
        }
    }
}
