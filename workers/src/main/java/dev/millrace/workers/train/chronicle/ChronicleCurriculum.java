package dev.millrace.workers.train.chronicle;

import dev.millrace.workers.train.Seeds;
import dev.millrace.workers.train.chronicle.corpus.Chronicle;
import dev.millrace.workers.train.chronicle.corpus.Split;

import java.util.List;

/**
 * What each step learns from, about the same number of tokens every step: first how to repeat, then
 * longer and longer texts. What answers tell counts more in the first half.
 *
 * <p>Without the first stage facts are found only after a plateau that outlasts the training.
 */
final class ChronicleCurriculum {
    private static final float EARLY_TOLD_WEIGHT = 8;
    private static final float LATE_TOLD_WEIGHT = 4;

    /** For the model that ships. */
    static final List<Stage> SHIPPED =
            List.of(
                    new Stage("repeat", 0.08, List.of(256)),
                    new Stage("short", 0.24, List.of(256)),
                    new Stage("middle", 0.16, List.of(1024)),
                    new Stage("long", 0.28, List.of(4096)),
                    new Stage("longer", 0.16, List.of(16_384)),
                    new Stage("longest", 0.08, List.of(32_768)));

    private final Chronicle chronicle;
    private final long seed;
    private final ChronicleShape shape;
    private final Plan plan;

    /**
     * A part of the training.
     *
     * @param share of all steps
     * @param lengths of rows, by turns
     */
    record Stage(String name, double share, List<Integer> lengths) {
        Stage {
            lengths = List.copyOf(lengths);
        }
    }

    /**
     * How long everything is.
     *
     * @param tokens of one step
     * @param stages the first of which only repeats
     */
    record Plan(long steps, int tokens, List<Stage> stages) {
        Plan {
            stages = List.copyOf(stages);
        }

        private Stage stage(long step) {
            var until = 0.0;
            for (var stage : stages) {
                until += stage.share();
                if (step < until * steps) {
                    return stage;
                }
            }
            return stages.getLast();
        }

        ChronicleBatch.Size size(long step) {
            var lengths = stage(step).lengths();
            var length = lengths.get((int) (step % lengths.size()));
            return new ChronicleBatch.Size(Math.max(1, tokens / length), length);
        }

        private boolean isRepeating(long step) {
            return stage(step).equals(stages.getFirst());
        }

        private boolean isEarly(long step) {
            return step < steps / 2;
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
