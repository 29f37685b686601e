package dev.millrace.workers.text.kv.eco;

import dev.millrace.workers.energy.Meter;

import java.util.Arrays;

/**
 * What one layer of a sequence holds: each head's tail, and the codes of what is still in sight.
 */
public final class TailLayer {
    private final EcoHashes.Layer layer;
    private final EcoSettings settings;
    private final Tail[] tails; // of each key and value head
    private final long[][] codes; // the same, [window]

    TailLayer(EcoHashes.Layer layer, EcoSettings settings, int width) {
        this.layer = layer;
        this.settings = settings;
        this.tails = new Tail[layer.keys().size()];
        this.codes = new long[tails.length][settings.window()];
        Arrays.setAll(tails, head -> layer.newTail(head, width));
    }

    static long bytes(EcoHashes.Layer layer, EcoSettings settings, int width) {
        return layer.keys().stream()
                .mapToLong(hash ->
                        layer.tailBytes(hash, width) + (long) settings.window() * Long.BYTES)
                .sum();
    }

    /**
     * A key and value head's token at this position leaves its row.
     *
     * @param value in whole lanes
     */
    public void leave(int head, int position, float[] value, Meter meter) {
        tails[head].add(codes[head][slot(position)], value, meter);
    }

    /**
     * The code of a key and value head's key at this position; of the first tokens none is needed.
     *
     * @param key not yet rotated
     */
    public long keyCode(int head, int position, float[] key, int at, Meter meter) {
        return position >= settings.sinks() ? layer.keys().get(head).code(key, at, meter) : 0;
    }

    /** A token of this code comes in at this position. */
    public void enter(int head, int position, long code) {
        if (position >= settings.sinks()) {
            codes[head][slot(position)] = code;
        }
    }

    private int slot(int position) {
        return settings.row(position) - settings.sinks();
    }

    /**
     * The code of a query head's query at this position; none is needed while nothing has left.
     *
     * @param query not yet rotated
     */
    public long queryCode(int head, int position, float[] query, int at, Meter meter) {
        return settings.isFull(position) ? layer.queries().get(head).code(query, at, meter) : 0;
    }

    public Tail tail(int head) {
        return tails[head];
    }

    /**
     * How much a query head cares for its tail: the logarithm by which a weight there is
     * multiplied, beside exponentials of scores.
     */
    public float gate(int queryHead) {
        return layer.gates()[queryHead];
    }
}
