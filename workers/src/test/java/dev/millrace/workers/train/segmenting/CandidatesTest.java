package dev.millrace.workers.train.segmenting;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.workers.segment.sam.AutomaticMasks;
import dev.millrace.workers.segment.sam.AutomaticMasks.Found;
import dev.millrace.workers.segment.sam.AutomaticSettings;
import dev.millrace.workers.segment.sam.DrawnMask;
import dev.millrace.workers.segment.sam.PointPrompt;
import dev.millrace.workers.segment.sam.RandomSam;
import dev.millrace.workers.tensor.Torch;
import dev.millrace.workers.train.scenes.SceneSource;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import java.nio.file.Path;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** What thresholds are tried on is what the automatic mode has with them. */
class CandidatesTest {
    private static final int SIDE = 12;
    private static final int BATCH = 64;

    @TempDir private Path folder;

    @BeforeEach
    void prepareThread() {
        Torch.useThreads(1);
        Torch.prepareThread();
    }

    private static AutomaticRanking ranking(double quality, double stability, double overlap) {
        return new AutomaticRanking(
                new AutomaticSettings(SIDE, BATCH, quality, stability, 1, overlap), 0);
    }

    /** Of some numbers, one that as many are above as below. */
    private static double median(List<Found> all, ToDoubleFunction<Found> of) {
        return all.stream().mapToDouble(of).sorted().skip(all.size() / 2).findFirst().orElseThrow();
    }

    @Test
    void what_is_kept_is_what_the_automatic_mode_finds_with_the_same_settings() {
        var picture = Gallery.picture(new SceneSource(48).test(0));
        try (var sam = RandomSam.open(folder, RandomSam.SMALL);
                var embedding = sam.embed(picture)) {
            var decoder = sam.decoder(embedding);
            var candidates = Candidates.draw(decoder, SIDE);
            double quality = median(candidates.all(), Found::quality);
            double stability = median(candidates.all(), each -> each.mask().stability());
            assertThat(candidates.all()).hasSize(3 * SIDE * SIDE);

            for (double minQuality : List.of(0.0, quality)) {
                for (double minStability : List.of(0.0, stability)) {
                    for (double overlap : List.of(0.1, 0.5, 0.7, 0.95)) {
                        var ranking = ranking(minQuality, minStability, overlap);

                        assertThat(candidates.kept(ranking))
                                .as("%s", ranking)
                                .isEqualTo(new AutomaticMasks(ranking.settings()).in(decoder));
                    }
                }
            }
            assertThat(candidates.kept(ranking(0, 0, 0.95)))
                    .as("boxes that differ")
                    .hasSizeGreaterThan(2)
                    .as("fewer than all")
                    .hasSizeLessThan(candidates.all().size());
            assertThat(candidates.kept(ranking(quality, 0, 1)))
                    .as("the better half")
                    .hasSizeBetween(1, candidates.all().size() / 2);
        }
    }

    @Test
    void boxes_overlap_as_sam_has_it_between_the_middles_of_their_outer_pixels() {
        var square = new float[16];
        var oblong = new float[16];
        for (int i = 0; i < 16; i++) {
            square[i] = i % 4 < 3 && i < 12 ? 5 : -5;
            oblong[i] = i < 12 ? 5 : -5;
        }
        var smaller = found(4, 0.9f, square);
        var larger = found(4, 0.8f, oblong);
        var candidates = new Candidates(List.of(larger, smaller));

        // 2 x 2 of 2 x 3, where pixels share 3 x 3 of 3 x 4
        assertThat(candidates.kept(ranking(0, 0, 0.7))).containsExactly(smaller, larger);
        assertThat(candidates.kept(ranking(0, 0, 0.6))).containsExactly(smaller);
    }

    @Test
    void an_empty_mask_is_kept_as_sam_does_and_not_shown() {
        var empty = found(2, 0.9f, -5, -5, -5, -5);
        var poor = found(2, -0.1f, 5, -5, -5, -5);
        var candidates = new Candidates(List.of(empty, poor));

        assertThat(candidates.kept(ranking(0, 0, 0.5))).containsExactly(empty, poor);
        assertThat(candidates.shown(ranking(0, 0, 0.5))).containsExactly(poor);
        assertThat(candidates.kept(ranking(0, 0.5, 0.5))).containsExactly(poor);
        assertThat(candidates.kept(ranking(0.5, 0, 0.5))).containsExactly(empty);
    }

    private static Found found(int side, float quality, float... logits) {
        return new Found(DrawnMask.of(side, side, logits, 1), quality, PointPrompt.positive(1, 1));
    }
}
