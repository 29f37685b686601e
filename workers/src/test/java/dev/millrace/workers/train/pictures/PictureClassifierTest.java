package dev.millrace.workers.train.pictures;

import static org.assertj.core.api.Assertions.assertThat;

import ai.djl.ndarray.NDManager;

import dev.millrace.workers.tensor.LiveArrays;
import dev.millrace.workers.tensor.Torch;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;

/** Few steps: enough to tell most pictures, not to be good at it. */
class PictureClassifierTest {
    private static final int STEPS = 150;
    private static final int LOOKS = 80;

    @BeforeEach
    void prepareThread() {
        Torch.useThreads(1);
        Torch.prepareThread();
    }

    @Test
    void held_out_pictures_are_told_apart_and_noise_is_far_from_them() {
        var source = new PictureSource();
        try (var manager = NDManager.newBaseManager();
                var classifier = PictureClassifier.train(manager, STEPS, 1)) {
            int right = 0;
            List<PictureClassifier.Seen> some = new ArrayList<>();
            List<PictureClassifier.Seen> others = new ArrayList<>();
            List<PictureClassifier.Seen> mixed = new ArrayList<>();
            int before = LiveArrays.in(manager);
            for (int i = 0; i < LOOKS; i++) {
                var picture = source.heldOut(i);
                some.add(classifier.look(picture.values()));
                others.add(classifier.look(source.heldOut(LOOKS + (long) i).values()));
                mixed.add(classifier.look(shuffled(picture.values())));
                right += some.getLast().label() == picture.label() ? 1 : 0;
            }

            assertThat(right).isGreaterThan(LOOKS / 2);
            assertThat(distance(some, mixed)).isGreaterThan(2 * distance(some, others));
            assertThat(LiveArrays.in(manager)).isEqualTo(before);
        }
    }

    private static float[] shuffled(float... picture) {
        var shuffled = new float[picture.length];
        for (int i = 0; i < picture.length; i++) {
            shuffled[i] = picture[(int) (i * 1237L % picture.length)];
        }
        return shuffled;
    }

    private static double distance(
            List<PictureClassifier.Seen> some, List<PictureClassifier.Seen> others) {
        return PictureClassifier.distribution(some)
                .distance(PictureClassifier.distribution(others));
    }
}
