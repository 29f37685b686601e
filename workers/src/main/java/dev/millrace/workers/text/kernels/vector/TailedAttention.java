package dev.millrace.workers.text.kernels.vector;

import dev.millrace.workers.energy.Meter;
import dev.millrace.workers.energy.Operation;
import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.text.kv.KvCache;
import dev.millrace.workers.text.kv.Spans;
import dev.millrace.workers.text.kv.eco.Tail;
import dev.millrace.workers.text.kv.eco.TailLayer;
import dev.millrace.workers.text.model.DecoderConfig;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;

/**
 * softmax attention to the first tokens and the newest, joined with a tail for those between: (sum
 * exp(s_j) v_j + e^g (h S + offset s)) / (sum exp(s_j) + e^g (h z + offset t)), with s_j the scores
 * of what is seen exactly, and g the query head's gate.
 */
final class TailedAttention {
    private static final float[] ONE = {1};

    private final DecoderConfig config;
    private final KvRows kvRows;
    private final Attention attention;
    private final Meter meter;
    private final int group;
    private final float[] leaving; // one value, in whole lanes
    private final float[] arranged; // the same
    private final float[] tailed; // the same

    TailedAttention(DecoderConfig config, KvRows kvRows, Attention attention, Meter meter) {
        this.config = config;
        this.kvRows = kvRows;
        this.attention = attention;
        this.meter = meter;
        this.group = config.heads() / config.kvHeads();
        this.leaving = new float[Tail.lanes(config.headDim())];
        this.arranged = new float[leaving.length];
        this.tailed = new float[leaving.length];
    }

    /** Makes the codes of a row's keys and queries, which are not yet rotated. */
    void code(TailLayer layer, int position, Rows rows, int row) {
        for (int head = 0; head < config.kvHeads(); head++) {
            int at = row * config.kvHeads() + head;
            rows.keyCodes[at] =
                    layer.keyCode(head, position, rows.key, at * config.headDim(), meter);
        }
        for (int head = 0; head < config.heads(); head++) {
            int at = row * config.heads() + head;
            rows.queryCodes[at] =
                    layer.queryCode(head, position, rows.query, at * config.headDim(), meter);
        }
    }

    /** Takes a row into its sequence, in place of the one that leaves for it, and attends. */
    void attend(TailLayer layer, int index, Place place, Rows rows, int row) {
        var cache = place.sequence();
        var keys = Tensors.memory(cache.keys(index));
        var values = Tensors.memory(cache.values(index));
        int position = place.position();
        var settings = cache.tails().orElseThrow().settings();
        int at = settings.row(position);
        var seen = Spans.upTo(Math.min(position + 1, settings.rows()));
        for (int head = 0; head < config.kvHeads(); head++) {
            long base = base(cache, index, head);
            if (settings.isFull(position)) {
                leave(layer, head, position, values, base, at);
            }
            int own = row * config.kvHeads() + head;
            int from = own * config.headDim();
            kvRows.write(keys, base, at, rows.key, from);
            kvRows.write(values, base, at, rows.value, from);
            meter.move(2 * kvRows.bytes());
            layer.enter(head, position, rows.keyCodes[own]);
            int first = row * config.heads() + head * group;
            int query = first * config.headDim();
            attention.mix(rows.query, query, keys, values, base, seen, rows.mixed);
            join(layer, head, rows, first);
        }
    }

    private void leave(
            TailLayer layer, int head, int position, MemorySegment values, long base, int at) {
        Arrays.fill(leaving, 0);
        kvRows.add(values, base, at, 1, ONE, 0, leaving, 0);
        layer.leave(head, position, leaving, meter);
        meter.move(kvRows.bytes());
    }

    /** Joins what a kv head's query heads, from a row's first on, saw exactly with its tail. */
    private void join(TailLayer layer, int head, Rows rows, int first) {
        var tail = layer.tail(head);
        if (tail.tokens() == 0) {
            return;
        }
        for (int member = 0; member < group; member++) {
            int at = (first + member) * config.headDim();
            long code = rows.queryCodes[first + member];
            tail.mix(code, arranged, meter);
            kvRows.restore(arranged, 0, tailed);
            double gate = layer.gate(head * group + member);
            double largest = attention.largest(member);
            double top = Math.max(largest, gate);
            double exact = Math.exp(largest - top) * attention.sum(member);
            double factor = Math.exp(gate - top);
            double total = exact + factor * tail.weight(code, meter);
            blend(rows.mixed, at, (float) (exact / total), (float) (factor / total));
        }
    }

    private void blend(float[] mixed, int at, float exact, float factor) {
        for (int i = 0; i < config.headDim(); i++) {
            mixed[at + i] = exact * mixed[at + i] + factor * tailed[i];
        }
        meter.count(Operation.F32_MULTIPLY, 2L * config.headDim() + 2); // with a sum and a weight
        meter.count(Operation.F32_ADD, config.headDim() + 4L);
        meter.count(Operation.EXPONENTIAL, 2);
        meter.count(Operation.DIVIDE, 2);
    }

    /** The byte where a head's keys and values begin. */
    private long base(KvCache cache, int layer, int head) {
        return (long) head * cache.rows(layer) * kvRows.bytes();
    }
}
