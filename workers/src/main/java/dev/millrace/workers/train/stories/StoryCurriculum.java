package dev.millrace.workers.train.stories;

/**
 * What each step learns from, the same number of tokens every step: first how to repeat, then
 * single stories, then all that fits a longer row, with every eighth step over the whole context.
 * Words that a story must remember count more than those that are drawn anew.
 *
 * <p>Without the first stage names are repeated only after a plateau that outlasts the training.
 */
final class StoryCurriculum {
    private static final int REPEATING_LENGTH = 128;
    private static final int SHORT_LENGTH = 256;
    private static final int MIDDLE_LENGTH = 512;
    private static final int LONG_EVERY = 8;
    private static final float ECHO_WEIGHT = 6;

    private final StorySource source;
    private final long seed;
    private final int context;
    private final Stages stages;

    /**
     * How long the stages last.
     *
     * @param tokens of one step
     * @param repeatingUntil the step at which stories begin
     * @param shortUntil the step at which rows grow longer
     */
    record Stages(int tokens, int repeatingUntil, int shortUntil) {
        /** For the model that ships. */
        static final Stages SHIPPED = new Stages(4096, 250, 1250);
    }

    StoryCurriculum(StorySource source, long seed, int context, Stages stages) {
        this.source = source;
        this.seed = seed;
        this.context = context;
        this.stages = stages;
    }

    StoryBatch at(long step) {
        var length = length(step);
        var rows = stages.tokens() / length;
        return step < stages.repeatingUntil()
                ? StoryBatch.repeated(source.vocabulary().size(), seed, step, rows, length)
                : StoryBatch.packed(source, seed, step, rows, length, ECHO_WEIGHT);
    }

    private int length(long step) {
        if (step < stages.repeatingUntil()) {
            return REPEATING_LENGTH;
        }
        if (step < stages.shortUntil()) {
            return SHORT_LENGTH;
        }
        return step % LONG_EVERY == 0 ? context : MIDDLE_LENGTH;
    }
}
