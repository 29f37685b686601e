package dev.millrace.gateway.http.body;

import dev.millrace.gateway.refusal.Reason;
import dev.millrace.gateway.refusal.Refusal;
import dev.millrace.gateway.registry.Registry;
import dev.millrace.protocol.Served;

import java.util.stream.Collectors;

/** Finds the model a request names. */
public final class Models {
    private static final int SHOWN = 8;

    private final Registry registry;

    public Models(Registry registry) {
        this.registry = registry;
    }

    /** The model that field {@code model} names. */
    public Served.Model named(Fields body) {
        return find(body.requiredText("model"));
    }

    /**
     * @throws Refusal if nothing of this name is served
     */
    public Served.Model find(String name) {
        return registry.find(name)
                .orElseThrow(() ->
                        Refusal.at(
                                "model",
                                Reason.NO_SUCH_MODEL,
                                "there is no model '" + Shown.name(name) + "'; " + served()));
    }

    /** The refusal of a model that exists but does something else than is asked. */
    public static Refusal otherKind(Fields body, String expected, Served.Model model) {
        return body.refusal(
                "model",
                "must be of kind " + expected + ", " + model.model() + " is " + model.kind());
    }

    private String served() {
        var models = registry.models();
        if (models.isEmpty()) {
            return "none is served yet";
        }
        return models.stream()
                .limit(SHOWN)
                .map(model -> model.model().name())
                .collect(
                        Collectors.joining(
                                ", ", "served are ", models.size() > SHOWN ? " and others" : ""));
    }
}
