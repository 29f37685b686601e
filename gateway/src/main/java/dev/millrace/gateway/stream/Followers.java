package dev.millrace.gateway.stream;

import dev.millrace.gateway.tail.LogRecord;
import dev.millrace.gateway.tail.Tap;
import dev.millrace.protocol.JobKey;

import io.vertx.core.Context;
import io.vertx.core.internal.ContextInternal;

import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Who follows which job live. Passes what the live tail reads on to them: one hop per batch and
 * event loop, however many records and followers there are.
 */
final class Followers implements Tap {
    /** Batches on their way to one event loop. */
    private static final int HOPS = 2;

    /** How long the live tail waits for a loop that has not taken them. */
    private static final Duration PATIENCE = Duration.ofMillis(50);

    private final Map<JobKey, List<Follower>> byJob = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();
    private final IdentityHashMap<Context, Semaphore> loops =
            new IdentityHashMap<>(); // the tail's thread only

    /** Records that one follower has been promised and not yet been given. */
    private record Delivery(Follower follower, List<LogRecord> records) {
        void arrive() {
            follower.arrive(records);
        }
    }

    /** From here on the follower is told; ask the live tail's position afterwards. */
    void join(Follower follower) {
        byJob.merge(follower.job().key(), List.of(follower), Followers::joined);
        count.incrementAndGet();
        VarHandle.fullFence();
    }

    void leave(Follower follower) {
        byJob.computeIfPresent(
                follower.job().key(),
                (_, followers) -> {
                    var rest = followers.stream().filter(other -> other != follower).toList();
                    count.addAndGet(rest.size() - followers.size());
                    return rest.isEmpty() ? null : rest;
                });
    }

    int count() {
        return count.get();
    }

    private static List<Follower> joined(List<Follower> some, List<Follower> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    @Override
    public void seen(List<LogRecord> records) {
        if (byJob.isEmpty()) {
            return;
        }
        var deliveries = new HashMap<Follower, Delivery>();
        for (var record : records) {
            for (var follower : byJob.getOrDefault(record.job(), List.of())) {
                if (follower.hasRoomFor(record)) {
                    deliveries
                            .computeIfAbsent(follower, f -> new Delivery(f, new ArrayList<>()))
                            .records()
                            .add(record);
                }
            }
        }
        hop(deliveries);
    }

    private void hop(Map<Follower, Delivery> deliveries) {
        var byLoop = new IdentityHashMap<Context, List<Delivery>>();
        deliveries
                .values()
                .forEach(delivery ->
                        byLoop.computeIfAbsent(loop(delivery.follower()), _ -> new ArrayList<>())
                                .add(delivery));
        byLoop.forEach(this::hop);
    }

    /**
     * When all of a loop is late, the live tail is late with it, rather than that each follower
     * falls back to reading the log for itself; a loop that hangs is waited for in vain each time.
     */
    private void hop(Context loop, List<Delivery> deliveries) {
        var places = loops.computeIfAbsent(loop, _ -> new Semaphore(HOPS));
        boolean isPlaced = isFree(places);
        loop.runOnContext(_ -> {
            try {
                deliveries.forEach(Delivery::arrive);
            } finally {
                if (isPlaced) {
                    places.release();
                }
            }
        });
    }

    private static boolean isFree(Semaphore places) {
        try {
            return places.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** A request has a context of its own; all of an event loop's share a root. */
    private static Context loop(Follower follower) {
        return ((ContextInternal) follower.context()).unwrap();
    }

    @Override
    public void lost(int partition) {
        byJob.values().stream()
                .flatMap(List::stream)
                .filter(follower -> follower.job().partition() == partition)
                .forEach(follower -> follower.context().runOnContext(_ -> follower.fallBack()));
    }
}
