package dev.millrace.workers.train.scenes.sam;

/**
 * What is learned in a step.
 *
 * @param pictures of a step
 * @param prompts of each picture, every other one a box, the rest points
 * @param mix of what is asked for
 * @param jitter of a box's edges, a standard deviation in widths and heights of the box; less than
 *     a quarter, so that no edge passes the other
 * @param refined the share of steps in which answers are corrected with a point in a second round
 * @param joined the share of steps in which each prompt has one more point
 */
public record LessonPlan(
        int pictures, int prompts, PromptMix mix, double jitter, double refined, double joined) {
    /** Of the model that ships. */
    public static final LessonPlan SHIPPED =
            new LessonPlan(8, 8, PromptMix.SHIPPED, 0.06, 0.25, 0.2);

    private static final double MOST_JITTER = 0.25;

    public LessonPlan {
        if (pictures < 1 || prompts < 1) {
            throw new IllegalArgumentException(
                    "pictures and prompts must be at least 1, were %d, %d"
                            .formatted(pictures, prompts));
        }
        if (!(jitter >= 0 && jitter < MOST_JITTER)) {
            throw new IllegalArgumentException(
                    "jitter must be at least 0 and less than %s, was %s"
                            .formatted(MOST_JITTER, jitter));
        }
        if (!(refined >= 0 && refined <= 1 && joined >= 0 && joined <= 1)) {
            throw new IllegalArgumentException(
                    "shares of steps must be 0..1, were %s, %s".formatted(refined, joined));
        }
    }
}
