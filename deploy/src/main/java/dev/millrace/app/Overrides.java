package dev.millrace.app;

import org.jspecify.annotations.Nullable;

import java.util.HashMap;
import java.util.Map;

/** The environment, with what was said on the command line laid over it. */
final class Overrides {
    private final Map<String, String> settings = new HashMap<>(System.getenv());

    /** Sets it, unless nothing was said. */
    Overrides with(String name, @Nullable Object value) {
        if (value != null) {
            settings.put(name, value.toString());
        }
        return this;
    }

    Map<String, String> settings() {
        return Map.copyOf(settings);
    }
}
