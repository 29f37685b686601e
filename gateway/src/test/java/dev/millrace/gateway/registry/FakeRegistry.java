package dev.millrace.gateway.registry;

import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.Served;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Serves a text model of small limits, under an alias too, two that make pictures, and two that
 * find things in them.
 */
public final class FakeRegistry implements Registry {
    public static final Served.TextModel STORIES =
            new Served.TextModel(
                    new ModelId("stories"),
                    List.of("stories", "Tiny-Stories"),
                    2048,
                    20_000,
                    256,
                    0.8,
                    Duration.ofMinutes(10));

    public static final Served.PictureModel SHAPES =
            new Served.PictureModel(
                    new ModelId("shapes"),
                    List.of("shapes"),
                    32,
                    256,
                    List.of("disc", "ring", "cat", "cat fish"),
                    3,
                    1.5,
                    1,
                    Duration.ofMinutes(10));

    /** Is not told what to show. */
    public static final Served.PictureModel CLOUDS =
            new Served.PictureModel(
                    new ModelId("clouds"),
                    List.of("clouds"),
                    64,
                    1024,
                    List.of(),
                    1,
                    0,
                    1,
                    Duration.ofMinutes(10));

    /** Has classes of its own. */
    public static final Served.SegmentModel SCENES =
            new Served.SegmentModel(
                    new ModelId("scenes"),
                    List.of("scenes"),
                    List.of("red ball", "leaf"),
                    1_000_000,
                    50,
                    0.25,
                    Duration.ofMinutes(10));

    /** Must be told what to look for. */
    public static final Served.SegmentModel ANYTHING =
            new Served.SegmentModel(
                    new ModelId("anything"),
                    List.of("anything"),
                    List.of(),
                    100,
                    100,
                    0,
                    Duration.ofMinutes(10));

    @Override
    public Optional<Served.Model> find(String name) {
        return models().stream().filter(model -> model.names().contains(name)).findFirst();
    }

    @Override
    public List<Served.Model> models() {
        return List.of(STORIES, SHAPES, CLOUDS, SCENES, ANYTHING);
    }

    @Override
    public List<Served.Worker> workers(Served.Model model) {
        return List.of(new Served.Worker(model.model(), "worker-1", 4, 0, Duration.ofSeconds(5)));
    }
}
