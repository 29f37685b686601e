package dev.millrace.gateway.registry;

import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.Served;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What the registry held at some moment. Immutable. */
record Roll(Map<String, Entry> entries) {
    static final Roll EMPTY = new Roll(Map.of());

    /** A worker is gone after this many heartbeats that did not come. */
    private static final int MISSED = 3;

    /** Workers that went without a farewell are forgotten after this time. */
    private static final Duration MEMORY = Duration.ofHours(1);

    /**
     * @param heard the broker's time of the record
     */
    record Entry(Served served, Instant heard) {
        boolean isForgotten(Instant latest) {
            return served instanceof Served.Worker && heard.plus(MEMORY).isBefore(latest);
        }
    }

    Roll {
        entries = Map.copyOf(entries);
    }

    Roll with(String key, Served served, Instant heard) {
        var more = new HashMap<>(entries);
        more.values().removeIf(entry -> entry.isForgotten(heard));
        more.put(key, new Entry(served, heard));
        return new Roll(more);
    }

    Roll without(String key) {
        var fewer = new HashMap<>(entries);
        fewer.remove(key);
        return new Roll(fewer);
    }

    /** By id first: no alias can hide a model. */
    Optional<Served.Model> find(String name) {
        var byId = models().stream().filter(model -> model.model().name().equals(name)).findFirst();
        return byId.or(
                () -> models().stream().filter(model -> model.names().contains(name)).findFirst());
    }

    List<Served.Model> models() {
        return served(Served.Model.class)
                .sorted(Comparator.comparing(model -> model.model().name()))
                .toList();
    }

    /**
     * @param now the broker's time, or earlier
     */
    List<Served.Worker> workers(ModelId model, Instant now) {
        return entries.values().stream()
                .filter(entry -> isAlive(entry, now))
                .map(Entry::served)
                .filter(served -> served.model().equals(model))
                .filter(Served.Worker.class::isInstance)
                .map(Served.Worker.class::cast)
                .sorted(Comparator.comparing(Served.Worker::worker))
                .toList();
    }

    private static boolean isAlive(Entry entry, Instant now) {
        return entry.served() instanceof Served.Worker worker
                && now.isBefore(entry.heard().plus(worker.interval().multipliedBy(MISSED)));
    }

    private <T extends Served> Stream<T> served(Class<T> type) {
        return entries.values().stream()
                .map(Entry::served)
                .filter(type::isInstance)
                .map(type::cast);
    }
}
