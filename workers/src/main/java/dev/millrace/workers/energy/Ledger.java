package dev.millrace.workers.energy;

import java.util.Arrays;

/** Adds up what kernels compute, and what it costs. Not thread-safe. */
public final class Ledger implements Meter {
    private final long[] counts = new long[Operation.values().length];
    private long bytes;

    @Override
    public void count(Operation operation, long times) {
        counts[operation.ordinal()] += times;
    }

    @Override
    public void move(long more) {
        bytes += more;
    }

    /** How often. */
    public long of(Operation operation) {
        return counts[operation.ordinal()];
    }

    /** Of all operations that have a price; none of memory. */
    public double picojoules() {
        return Arrays.stream(Operation.values())
                .mapToDouble(operation -> operation.picojoules() * of(operation))
                .sum();
    }

    /** Bytes moved, as if nothing were ever found in a cache. */
    public long bytes() {
        return bytes;
    }

    /** Adds what another has. */
    public Ledger plus(Ledger other) {
        var sum = new Ledger();
        for (var operation : Operation.values()) {
            sum.count(operation, of(operation) + other.of(operation));
        }
        sum.move(bytes + other.bytes);
        return sum;
    }

    /** Begins anew. */
    public void clear() {
        Arrays.fill(counts, 0);
        bytes = 0;
    }
}
