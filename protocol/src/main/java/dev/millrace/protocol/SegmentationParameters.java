package dev.millrace.protocol;

import java.util.HashSet;
import java.util.List;

/**
 * Which masks are made. All values are set: the gateway fills in the model's defaults.
 *
 * @param classes names of what is looked for; each once
 * @param prompts where masks are wanted, whatever is there
 * @param most masks of the job
 * @param minScore masks that were found and have a lower score are left out, 0 to 1
 */
public record SegmentationParameters(
        List<String> classes,
        List<MaskPrompt> prompts,
        int most,
        double minScore,
        MaskFormat format) {
    public static final int MAX_CLASSES = 100;
    public static final int MAX_NAME = 100;
    public static final int MAX_PROMPTS = 64;
    public static final int MAX_MASKS = 100;

    public SegmentationParameters {
        classes = List.copyOf(classes);
        prompts = List.copyOf(prompts);
        require(
                !classes.isEmpty() || !prompts.isEmpty(),
                "classes must hold at least one name where there are no prompts, held none");
        require(
                classes.size() <= MAX_CLASSES,
                "classes must hold at most %d names, held %d"
                        .formatted(MAX_CLASSES, classes.size()));
        require(
                new HashSet<>(classes).size() == classes.size(),
                "classes must hold each name once");
        for (var name : classes) {
            require(
                    !name.isBlank() && name.length() <= MAX_NAME,
                    "a class must have 1..%d characters and not only blanks, had %d"
                            .formatted(MAX_NAME, name.length()));
        }
        require(
                prompts.size() <= MAX_PROMPTS,
                "prompts must be at most %d, were %d".formatted(MAX_PROMPTS, prompts.size()));
        require(
                most >= 1 && most <= MAX_MASKS,
                "max_masks must be 1..%d, was %d".formatted(MAX_MASKS, most));
        require(minScore >= 0 && minScore <= 1, "min_score must be 0..1, was " + minScore);
    }

    private static void require(boolean holds, String message) {
        if (!holds) {
            throw new IllegalArgumentException(message);
        }
    }
}
