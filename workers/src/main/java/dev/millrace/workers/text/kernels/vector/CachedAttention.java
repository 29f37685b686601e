package dev.millrace.workers.text.kernels.vector;

import dev.millrace.workers.energy.Meter;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.kv.Spans;
import dev.millrace.workers.text.kv.eco.TailLayer;
import dev.millrace.workers.text.model.DecoderConfig;

import java.util.Optional;

/** Writes the rows' keys and values into their sequences' caches, and attends to what is there. */
final class CachedAttention {
    private final DecoderConfig config;
    private final KvRows kvRows;
    private final Attention attention;
    private final TailedAttention tailed;
    private final Meter meter;

    /**
     * @param type of the keys and values: F32, BF16 or I8
     * @param meter hears of what is computed
     */
    CachedAttention(DecoderConfig config, ElementType type, Meter meter) {
        this.config = config;
        this.kvRows = KvRows.of(type, config.headDim());
        this.meter = meter;
        this.attention =
                new Attention(config.headDim(), config.heads() / config.kvHeads(), kvRows, meter);
        this.tailed = new TailedAttention(config, kvRows, attention, meter);
    }

    /** Prepares a row whose queries and keys are not yet rotated. */
    void prepare(int layer, Place place, Rows rows, int row) {
        tails(layer, place).ifPresent(some -> tailed.code(some, place.position(), rows, row));
    }

    private static Optional<TailLayer> tails(int layer, Place place) {
        return place.sequence().tails().flatMap(some -> some.layer(layer));
    }

    /**
     * Takes a row into its sequence and attends, into {@code rows.mixed}. Rows go one after the
     * other: a later one may overwrite what this one sees.
     */
    void attend(int layer, Place place, Seeing seeing, Rows rows, int row) {
        var tails = tails(layer, place);
        if (tails.isPresent()) {
            tailed.attend(tails.get(), layer, place, rows, row);
        } else {
            write(layer, place, rows, row);
            mix(layer, place, seeing, rows, row);
        }
    }

    /** The row's key and value take the place's position, and that of one long before it. */
    private void write(int layer, Place place, Rows rows, int row) {
        var cache = place.sequence();
        var keys = Tensors.memory(cache.keys(layer));
        var values = Tensors.memory(cache.values(layer));
        int at = place.position() % cache.rows(layer);
        for (int head = 0; head < config.kvHeads(); head++) {
            long base = base(cache, layer, head);
            int from = (row * config.kvHeads() + head) * config.headDim();
            kvRows.write(keys, base, at, rows.key, from);
            kvRows.write(values, base, at, rows.value, from);
            meter.move(2 * kvRows.bytes());
        }
    }

    /** What the row's query makes of the values at some positions, in {@code rows.mixed}. */
    private void mix(int layer, Place place, Seeing seeing, Rows rows, int row) {
        var cache = place.sequence();
        var keys = Tensors.memory(cache.keys(layer));
        var values = Tensors.memory(cache.values(layer));
        int group = config.heads() / config.kvHeads();
        int lists = seeing.lists(layer);
        for (int list = 0; list < lists; list++) {
            var held = held(layer, cache, seeing.of(layer, list, row, place));
            int end = (list + 1) * config.kvHeads() / lists;
            for (int head = list * config.kvHeads() / lists; head < end; head++) {
                attention.mix(
                        rows.query,
                        row * config.queryWidth() + head * group * config.headDim(),
                        keys,
                        values,
                        base(cache, layer, head),
                        held,
                        rows.mixed);
            }
        }
    }

    private Spans held(int layer, KvCache cache, Spans seen) {
        return config.sights().get(layer).isWindowed() ? seen.inRing(cache.rows(layer)) : seen;
    }

    /** The byte where a head's keys and values begin. */
    private long base(KvCache cache, int layer, int head) {
        return (long) head * cache.rows(layer) * kvRows.bytes();
    }
}
