package dev.millrace.protocol;

import java.time.Duration;
import java.util.List;

/** A record of the registry: what is served, and by whom. */
public sealed interface Served {
    ModelId model();

    /**
     * A model that workers serve. It stays in the registry when its workers are gone, so that jobs
     * can wait for them.
     */
    sealed interface Model extends Served {
        /** The kind of worker that serves it. */
        String kind();

        /** What clients may call it, the id first. */
        List<String> names();

        /** Of a job, where a request says nothing. */
        Duration deadline();
    }

    /**
     * A model that continues texts.
     *
     * @param contextTokens most tokens of prompt and answer together
     * @param maxPromptBytes a prompt with more UTF-8 bytes cannot fit the context
     * @param defaultMaxTokens where a request says nothing
     * @param defaultTemperature where a request says nothing
     * @param attentions those that a request may ask for, first the one where it says nothing;
     *     {@link Attention#AUTO} is none
     */
    record TextModel(
            ModelId model,
            List<String> names,
            int contextTokens,
            long maxPromptBytes,
            int defaultMaxTokens,
            double defaultTemperature,
            Duration deadline,
            List<Attention> attentions)
            implements Model {
        public TextModel {
            names = List.copyOf(names);
            attentions = List.copyOf(attentions);
            requireNames(names);
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
        public TextModel(
                ModelId model,
                List<String> names,
                int contextTokens,
                long maxPromptBytes,
                int defaultMaxTokens,
                double defaultTemperature,
                Duration deadline) {
            this(
                    model,
                    names,
                    contextTokens,
                    maxPromptBytes,
                    defaultMaxTokens,
                    defaultTemperature,
                    deadline,
                    List.of(Attention.SOFTMAX));
        }

        @Override
        public String kind() {
            return Task.Text.KIND;
        }
    }

    /**
     * A model that makes square pictures.
     *
     * @param side of a picture, in pixels
     * @param tokens that a picture is made of
     * @param classes what pictures can show; none for a model that is not told what to show
     * @param most pictures of one job
     * @param defaultGuidance where a request says nothing; 0 for a model without classes
     * @param defaultDenoise where a request says nothing
     */
    record PictureModel(
            ModelId model,
            List<String> names,
            int side,
            int tokens,
            List<String> classes,
            int most,
            double defaultGuidance,
            double defaultDenoise,
            Duration deadline)
            implements Model {
        public PictureModel {
            names = List.copyOf(names);
            classes = List.copyOf(classes);
            requireNames(names);
            require(side >= 1, "side must be at least 1 pixel, was " + side);
            require(tokens >= 1, "tokens must be at least 1, was " + tokens);
            require(
                    most >= 1 && most <= PictureParameters.MAX_COUNT,
                    "most pictures of a job must be 1..%d, was %d"
                            .formatted(PictureParameters.MAX_COUNT, most));
            require(
                    defaultGuidance == 0 || !classes.isEmpty(),
                    "a model without classes is not guided, default guidance was "
                            + defaultGuidance);
            require(
                    defaultGuidance >= 0 && defaultGuidance <= PictureParameters.MAX_GUIDANCE,
                    "default guidance must be 0..%s, was %s"
                            .formatted(PictureParameters.MAX_GUIDANCE, defaultGuidance));
            require(
                    defaultDenoise >= 0 && defaultDenoise <= PictureParameters.MAX_DENOISE,
                    "default denoise must be 0..%s, was %s"
                            .formatted(PictureParameters.MAX_DENOISE, defaultDenoise));
            Deadlines.check(deadline);
        }

        @Override
        public String kind() {
            return Task.Picture.KIND;
        }
    }

    /**
     * A model that finds things in pictures.
     *
     * @param classes that are looked for where a request names none; none for a model whose users
     *     must name them
     * @param maxPixels of a picture
     * @param most masks of one job
     * @param defaultMinScore of masks that are told, where a request says nothing
     */
    record SegmentModel(
            ModelId model,
            List<String> names,
            List<String> classes,
            long maxPixels,
            int most,
            double defaultMinScore,
            Duration deadline)
            implements Model {
        public SegmentModel {
            names = List.copyOf(names);
            classes = List.copyOf(classes);
            requireNames(names);
            require(
                    classes.size() <= SegmentationParameters.MAX_CLASSES,
                    "classes must be at most %d, were %d"
                            .formatted(SegmentationParameters.MAX_CLASSES, classes.size()));
            require(maxPixels >= 1, "most pixels must be at least 1, were " + maxPixels);
            require(
                    most >= 1 && most <= SegmentationParameters.MAX_MASKS,
                    "most masks of a job must be 1..%d, were %d"
                            .formatted(SegmentationParameters.MAX_MASKS, most));
            require(
                    defaultMinScore >= 0 && defaultMinScore <= 1,
                    "default min_score must be 0..1, was " + defaultMinScore);
            Deadlines.check(deadline);
        }

        @Override
        public String kind() {
            return Task.Segmentation.KIND;
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

    private static void requireNames(List<String> names) {
        require(!names.isEmpty(), "names must hold at least one name, held none");
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
