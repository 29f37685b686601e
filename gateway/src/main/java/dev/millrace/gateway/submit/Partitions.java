package dev.millrace.gateway.submit;

import dev.millrace.gateway.refusal.Reason;
import dev.millrace.gateway.refusal.Refusal;

import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;

/**
 * Deals the partitions of the events topic to new streams, in turn: this gateway's home partitions,
 * so that where gateways share them out, one mostly reads what its own clients asked for.
 */
public final class Partitions {
    private final IntSupplier count;
    private final List<Integer> home;
    private final AtomicInteger turn = new AtomicInteger();

    /**
     * @param count how many the topic has; 0 while that is unknown
     * @param home empty for all
     */
    public Partitions(IntSupplier count, List<Integer> home) {
        this.count = count;
        this.home = List.copyOf(home);
    }

    int next() {
        int all = count.getAsInt();
        var mine = home.isEmpty() ? IntStream.range(0, all).boxed().toList() : home;
        if (all == 0) {
            throw Refusal.of(Reason.UNAVAILABLE, "the gateway does not follow the log yet");
        }
        return mine.get(Math.floorMod(turn.getAndIncrement(), mine.size()));
    }
}
