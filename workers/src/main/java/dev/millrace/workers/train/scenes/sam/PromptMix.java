package dev.millrace.workers.train.scenes.sam;

import java.util.Map;
import java.util.SplittableRandom;

/**
 * Of what share of prompts which masks are the answer; together 1.
 *
 * @param objects single ones
 * @param parts decals on objects
 * @param groups touching objects of one class
 * @param backgrounds fields of the background
 */
public record PromptMix(double objects, double parts, double groups, double backgrounds) {
    /** Of the model that ships. */
    public static final PromptMix SHIPPED = new PromptMix(0.6, 0.15, 0.15, 0.1);

    private static final double ROUNDING = 1e-6;

    /** What a mask is of. */
    enum Kind {
        OBJECT,
        PART,
        GROUP,
        BACKGROUND
    }

    public PromptMix {
        double sum = objects + parts + groups + backgrounds;
        if (!(objects >= 0 && parts >= 0 && groups >= 0 && backgrounds >= 0)
                || Math.abs(sum - 1) > ROUNDING) {
            throw new IllegalArgumentException(
                    "shares must be at least 0 and together 1, were %s, %s, %s, %s"
                            .formatted(objects, parts, groups, backgrounds));
        }
    }

    Map<Kind, Double> shares() {
        return Map.of(
                Kind.OBJECT,
                objects,
                Kind.PART,
                parts,
                Kind.GROUP,
                groups,
                Kind.BACKGROUND,
                backgrounds);
    }

    /** One of the kinds, each as often as its share says. */
    Kind draw(SplittableRandom random) {
        double at = random.nextDouble();
        if (at < objects) {
            return Kind.OBJECT;
        }
        if (at < objects + parts) {
            return Kind.PART;
        }
        return at < objects + parts + groups ? Kind.GROUP : Kind.BACKGROUND;
    }
}
