package dev.millrace.workers.energy;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;

/** Adds up what kernels compute, and what it costs. Not thread-safe. */
public final class Ledger implements Meter {
    private final Map<Operation, AtomicLong> counts = new EnumMap<>(Operation.class);
    private long bytes;

    @Override
    public void count(Operation operation, long times) {
        counts.computeIfAbsent(operation, _ -> new AtomicLong()).addAndGet(times);
    }

    @Override
    public void move(long more) {
        bytes += more;
    }

    /** How often. */
    public long of(Operation operation) {
        var count = counts.get(operation);
        return count == null ? 0 : count.get();
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
        counts.clear();
        bytes = 0;
    }
}
