package dev.millrace.workers.train.eco;

import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.SafetensorsWriter;
import dev.millrace.workers.text.kv.eco.CodeTables;
import dev.millrace.workers.text.kv.eco.EcoHashes;

import java.util.SplittableRandom;

/**
 * Tables that tails are to have, and which bits of a code each looks at.
 *
 * @param bits of a code
 * @param chosen of them, by each table
 * @param buckets of each table
 */
public record TableShape(int count, int bits, int chosen, int buckets, long seed) {
    public TableShape {
        if (chosen < 1 || chosen > bits) {
            throw new IllegalArgumentException(
                    "a table must look at 1..%d bits, was %d".formatted(bits, chosen));
        }
        new CodeTables(buckets, new long[count]); // refuses wrong extents
    }

    TableShape with(long other) {
        return new TableShape(count, bits, chosen, buckets, other);
    }

    String words() {
        return "%d tables of %d bits in %d buckets".formatted(count, chosen, buckets);
    }

    /** How much less likely codes meet for each bit in which they differ, as a logarithm. */
    double steepness() {
        return -Math.log1p(-Math.min(chosen, bits - 0.5) / bits);
    }

    CodeTables tables() {
        return new CodeTables(buckets, subsets());
    }

    private long[] subsets() {
        var random = new SplittableRandom(seed);
        var subsets = new long[count];
        for (int table = 0; table < count; table++) {
            while (Long.bitCount(subsets[table]) < chosen) {
                subsets[table] |= 1L << random.nextInt(bits);
            }
        }
        return subsets;
    }

    /** As {@link EcoHashes} reads it. */
    void add(SafetensorsWriter writer, int layer) {
        var values = new float[count * bits];
        long[] subsets = subsets();
        for (int i = 0; i < values.length; i++) {
            values[i] = subsets[i / bits] >>> i % bits & 1;
        }
        writer.add(EcoHashes.name(layer, "tables"), ElementType.F32, values, count, bits);
        float[] size = {buckets};
        writer.add(EcoHashes.name(layer, "buckets"), ElementType.F32, size, 1);
    }
}
