package dev.millrace.gateway.registry;

import dev.millrace.protocol.Served;

import java.util.List;
import java.util.Optional;

/** The models that are served now or were and may be again. */
public interface Registry {
    /** By id or by alias. */
    Optional<Served.Model> find(String name);

    /** All models, by id. */
    List<Served.Model> models();

    /**
     * A model's live workers: those whose last heartbeat is younger than three of its intervals.
     */
    List<Served.Worker> workers(Served.Model model);
}
