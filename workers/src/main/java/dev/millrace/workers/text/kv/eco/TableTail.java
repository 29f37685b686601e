package dev.millrace.workers.text.kv.eco;

import static dev.millrace.workers.simd.Lanes.COUNT;

import dev.millrace.workers.energy.Meter;
import dev.millrace.workers.energy.Operation;
import dev.millrace.workers.simd.Lanes;

import java.util.Arrays;

/**
 * The sharp form: tables of sums. A token's value is added in each table to the bucket of its code,
 * and a query sees what lies in the buckets of its own: a token as often as there are tables in
 * which both meet, most of them not at all. There are no products.
 */
final class TableTail implements Tail {
    private final CodeTables tables;
    private final int width;
    private final int lanes; // of a value, whole ones
    private final float[] sums; // [tables, buckets, lanes]
    private final int[] counts; // [tables, buckets]
    private int tokens;

    /**
     * @param width of a value
     */
    TableTail(CodeTables tables, int width) {
        this.tables = tables;
        this.width = width;
        this.lanes = HeadHash.whole(width);
        this.counts = new int[tables.count() * tables.buckets()];
        this.sums = new float[counts.length * lanes];
    }

    /** Bytes of one tail. */
    static long bytes(CodeTables tables, int width) {
        long buckets = (long) tables.count() * tables.buckets();
        return buckets * (HeadHash.whole(width) * (long) Float.BYTES + Integer.BYTES);
    }

    @Override
    public int tokens() {
        return tokens;
    }

    @Override
    public void add(long code, float[] value, Meter meter) {
        for (int table = 0; table < tables.count(); table++) {
            int bucket = bucket(table, code);
            accumulate(sums, bucket * lanes, value, 0);
            counts[bucket]++;
        }
        tokens++;
        tell(meter, 2);
    }

    @Override
    public long weight(long code, Meter meter) {
        long weight = 0;
        for (int table = 0; table < tables.count(); table++) {
            weight += counts[bucket(table, code)];
        }
        meter.count(Operation.I32_ADD, tables.count());
        meter.count(Operation.I32_MULTIPLY, tables.count()); // the places once more
        return weight;
    }

    @Override
    public void mix(long code, float[] mixed, Meter meter) {
        Arrays.fill(mixed, 0, lanes, 0);
        for (int table = 0; table < tables.count(); table++) {
            accumulate(mixed, 0, sums, bucket(table, code) * lanes);
        }
        tell(meter, 1);
    }

    /** Of one row in each table, whose place is a product. */
    private void tell(Meter meter, int moves) {
        long count = tables.count();
        meter.count(Operation.F32_ADD, count * width);
        meter.count(Operation.I32_ADD, count * (moves - 1));
        meter.count(Operation.I32_MULTIPLY, count);
        meter.move(moves * count * (width + 1) * Float.BYTES);
    }

    private int bucket(int table, long code) {
        return table * tables.buckets() + tables.bucket(table, code);
    }

    private void accumulate(float[] to, int at, float[] from, int start) {
        for (int i = 0; i < lanes; i += COUNT) {
            Lanes.load(to, at + i).add(Lanes.load(from, start + i)).intoArray(to, at + i);
        }
    }
}
