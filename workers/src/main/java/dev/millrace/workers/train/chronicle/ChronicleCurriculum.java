package dev.millrace.workers.train.chronicle;

import dev.millrace.workers.train.Seeds;
import dev.millrace.workers.train.chronicle.corpus.Chronicle;
import dev.millrace.workers.train.chronicle.corpus.Split;

import java.util.List;

/**
 * What each step learns from, about the same number of tokens every step: first how to repeat, then
 * longer and longer texts. What answers tell counts more until the end is near.
 *
 * <p>Without the first stage facts are found only after a plateau that outlasts the training.
 */
final class ChronicleCurriculum {
    private static final double EARLY_SHARE = 0.85;
    private static final float EARLY_TOLD_WEIGHT = 8;
    private static final float LATE_TOLD_WEIGHT = 4;

    /**
     * For the model that ships. Rows of 256 teach to find facts; until they do, longer ones are
     * wasted. The last two stages are few steps of many tokens: what they teach is to find one key
     * among very many.
     */
    static final List<Stage> SHIPPED =
            List.of(
                    Stage.repeating("repeat", 780, 256, 1),
                    Stage.texts("short", 825, 256, 1),
                    Stage.texts("middle", 700, 1024, 1),
                    Stage.texts("long", 600, 4096, 0.7),
                    Stage.texts("longer", 60, 16_384, 0.35),
                    Stage.texts("longest", 16, 32_768, 0.15));

    /** As many as the stages of the model that ships have. */
    static final int STEPS = 780 + 825 + 700 + 600 + 60 + 16;

    private final Chronicle chronicle;
    private final long seed;
    private final ChronicleShape shape;
    private final Plan plan;

    /**
     * A part of the training.
     *
     * @param steps of a run that has as many as all stages together; a longer or shorter run has
     *     proportionally many
     * @param length of a row
     * @param isRepeating rows of random tokens that repeat, not texts
     * @param rate share of the peak rate at which the stage begins; it goes evenly to the next
     *     stage's, the last one's to zero
     */
    record Stage(String name, int steps, int length, boolean isRepeating, double rate) {
        static Stage repeating(String name, int steps, int length, double rate) {
            return new Stage(name, steps, length, true, rate);
        }

        static Stage texts(String name, int steps, int length, double rate) {
            return new Stage(name, steps, length, false, rate);
        }
    }

    /**
     * How long everything is.
     *
     * @param tokens of one step, or one row if that is longer
     */
    record Plan(long steps, int tokens, List<Stage> stages) {
        Plan {
            stages = List.copyOf(stages);
        }

        private static int steps(List<Stage> stages) {
            return stages.stream().mapToInt(Stage::steps).sum();
        }

        /** How many of the stages' own steps correspond to {@code step} of this run. */
        private double progress(long step) {
            return (double) step / steps * steps(stages);
        }

        private int stage(long step) {
            var progress = progress(step);
            var end = 0;
            for (var i = 0; i < stages.size(); i++) {
                end += stages.get(i).steps();
                if (progress < end) {
                    return i;
                }
            }
            return stages.size() - 1;
        }

        ChronicleBatch.Size size(long step) {
            var length = stages.get(stage(step)).length();
            return new ChronicleBatch.Size(Math.max(1, tokens / length), length);
        }

        /** Share of the peak rate, without any warm-up. */
        double rate(long step) {
            var index = stage(step);
            var stage = stages.get(index);
            var next = index + 1 < stages.size() ? stages.get(index + 1).rate() : 0;
            var start = steps(stages.subList(0, index));
            var done = (progress(step) - start) / stage.steps();
            return stage.rate() + (next - stage.rate()) * done;
        }

        private boolean isRepeating(long step) {
            return stages.get(stage(step)).isRepeating();
        }

        private boolean isEarly(long step) {
            return step < EARLY_SHARE * steps;
        }
    }

    ChronicleCurriculum(Chronicle chronicle, long seed, ChronicleShape shape, Plan plan) {
        this.chronicle = chronicle;
        this.seed = seed;
        this.shape = shape;
        this.plan = plan;
    }

    Plan plan() {
        return plan;
    }

    ChronicleBatch at(long step) {
        var size = plan.size(step);
        var stepSeed = Seeds.mix(seed, step);
        if (plan.isRepeating(step)) {
            return ChronicleBatch.repeated(shape.vocabulary(), stepSeed, size);
        }
        return ChronicleBatch.texts(
                chronicle,
                Split.TRAIN,
                stepSeed,
                size,
                plan.isEarly(step) ? EARLY_TOLD_WEIGHT : LATE_TOLD_WEIGHT,
                hasGaps(size) ? shape.context() : size.length());
    }

    /** Short rows learn to find facts first. */
    private boolean hasGaps(ChronicleBatch.Size size) {
        return shape.hasFarPositions() && size.length() > 256;
    }
}
