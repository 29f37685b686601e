package dev.millrace.gateway.registry;

import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.Served;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** Serves one model of small limits, under an alias too. */
public final class FakeRegistry implements Registry {
    public static final Served.Model STORIES =
            new Served.TextModel(
                    new ModelId("stories"),
                    List.of("stories", "Tiny-Stories"),
                    2048,
                    20_000,
                    256,
                    0.8,
                    Duration.ofMinutes(10));

    @Override
    public Optional<Served.Model> find(String name) {
        return Optional.of(STORIES).filter(model -> model.names().contains(name));
    }

    @Override
    public List<Served.Model> models() {
        return List.of(STORIES);
    }

    @Override
    public List<Served.Worker> workers(Served.Model model) {
        return List.of(new Served.Worker(model.model(), "worker-1", 4, 0, Duration.ofSeconds(5)));
    }
}
