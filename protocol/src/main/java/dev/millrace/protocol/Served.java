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
     * @param attentions those that a request may ask for, first the one where it says nothing;
     *     {@link Attention#AUTO} is none
     */
    record Model(
            ModelId model,
            String kind,
            List<String> names,
            int contextTokens,
            long maxPromptBytes,
            int defaultMaxTokens,
            double defaultTemperature,
            Duration deadline,
            List<Attention> attentions)
            implements Served {
        public Model {
            names = List.copyOf(names);
            attentions = List.copyOf(attentions);
            require(!names.isEmpty(), "names must hold at least one name, held none");
            require(contextTokens >= 1, "context must be at least 1 token, was " + contextTokens);
            require(
                    defaultMaxTokens >= 1,
                    "default max_tokens must be at least 1, was " + defaultMaxTokens);
            require(
                    defaultTemperature >= 0 && defaultTemperature <= 2,
                    "default temperature must be 0..2, was " + defaultTemperature);
            Deadlines.check(deadline);
            require(
                    !attentions.isEmpty() && !attentions.contains(Attention.AUTO),
                    "attentions must hold at least one and not auto, were " + attentions);
        }

        /** One that looks at everything. */
        public Model(
                ModelId model,
                String kind,
                List<String> names,
                int contextTokens,
                long maxPromptBytes,
                int defaultMaxTokens,
                double defaultTemperature,
                Duration deadline) {
            this(
                    model,
                    kind,
                    names,
                    contextTokens,
                    maxPromptBytes,
                    defaultMaxTokens,
                    defaultTemperature,
                    deadline,
                    List.of(Attention.SOFTMAX));
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
            implements Served {
        public Worker {
            require(slots >= 1, "slots must be at least 1, were " + slots);
            require(busy >= 0 && busy <= slots, "busy must be 0.." + slots + ", was " + busy);
            require(interval.isPositive(), "interval must be above 0, was " + interval);
        }
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
