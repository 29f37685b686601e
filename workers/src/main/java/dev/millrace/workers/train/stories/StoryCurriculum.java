package dev.millrace.workers.train.stories;

/**
 * What each step learns from, 4,096 tokens a step: first how to repeat, then single stories, then
 * all that fits a longer row, with every eighth step over the whole context.
 *
 * <p>Without the first stage names are repeated only after a plateau that outlasts the training.
 */
final class StoryCurriculum {
    private static final int TOKENS = 4096;
    private static final int REPEATING_UNTIL = 250;
    private static final int REPEATING_LENGTH = 128;
    private static final int SHORT_UNTIL = 1250;
    private static final int SHORT_LENGTH = 256;
    private static final int MIDDLE_LENGTH = 512;
    private static final int LONG_EVERY = 8;

    private final StorySource source;
    private final long seed;
    private final int context;

    StoryCurriculum(StorySource source, long seed, int context) {
        this.source = source;
        this.seed = seed;
        this.context = context;
    }

    StoryBatch at(long step) {
        if (step < REPEATING_UNTIL) {
            var vocabulary = source.vocabulary().size();
            return StoryBatch.repeated(
                    vocabulary, seed, step, TOKENS / REPEATING_LENGTH, REPEATING_LENGTH);
        }
        var length = length(step);
        return StoryBatch.packed(source, seed, step, TOKENS / length, length);
    }

    private int length(long step) {
        if (step < SHORT_UNTIL) {
            return SHORT_LENGTH;
        }
        return step % LONG_EVERY == 0 ? context : MIDDLE_LENGTH;
    }
}
