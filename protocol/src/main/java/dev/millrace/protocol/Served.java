package dev.millrace.protocol;

import java.time.Duration;
import java.util.List;

/** A record of the registry: what is served, and by whom. */
public sealed interface Served {
    ModelId model();

    /**
     * A model that workers serve. It stays in the registry when its workers are gone, so that jobs
     * can wait for them.
     *
     * @param names what clients may call it, the id first
     * @param contextTokens most tokens of prompt and answer together
     * @param maxPromptBytes a prompt with more UTF-8 bytes cannot fit the context
     * @param defaultMaxTokens where a request says nothing
     * @param defaultTemperature where a request says nothing
     * @param deadline where a request says nothing
     */
    record Model(
            ModelId model,
            String kind,
            List<String> names,
            int contextTokens,
            long maxPromptBytes,
            int defaultMaxTokens,
            double defaultTemperature,
            Duration deadline)
            implements Served {
        public Model {
            names = List.copyOf(names);
        }
    }

    /**
     * A worker's heartbeat.
     *
     * @param slots how many jobs it works on at a time
     * @param busy how many it works on now
     * @param interval until the next heartbeat; after three without one it counts as gone
     */
    record Worker(ModelId model, String worker, int slots, int busy, Duration interval)
            implements Served {}
}
