package dev.millrace.gateway.stream;

import dev.millrace.gateway.tail.LogRecord;
import dev.millrace.gateway.tail.Tap;
import dev.millrace.protocol.JobKey;

import io.vertx.core.Context;
import io.vertx.core.internal.ContextInternal;

import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/**
 * Who follows which job live. Passes what the live tail reads on to them: one hop per batch and
 * event loop, however many records and followers there are.
 */
final class Followers implements Tap {
    private final Map<JobKey, List<Follower>> byJob = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();

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

    private static void hop(Map<Follower, Delivery> deliveries) {
        var byLoop = new IdentityHashMap<Context, List<Delivery>>();
        deliveries
                .values()
                .forEach(delivery ->
                        byLoop.computeIfAbsent(loop(delivery.follower()), _ -> new ArrayList<>())
                                .add(delivery));
        byLoop.forEach((loop, some) -> loop.runOnContext(_ -> some.forEach(Delivery::arrive)));
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
