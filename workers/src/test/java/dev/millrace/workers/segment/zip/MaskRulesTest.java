package dev.millrace.workers.segment.zip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.workers.segment.mask.Box;
import dev.millrace.workers.segment.mask.Mask;
import dev.millrace.workers.segment.zip.MaskDecoder.Candidate;

import org.junit.jupiter.api.Test;

import java.util.List;

class MaskRulesTest {
    private static final Mask ALL = Mask.of(20, 20, _ -> true);
    private static final Mask THING = Mask.of(20, 20, new Box(4, 4, 14, 14));
    private static final Claim CLAIM =
            new Claim(1, new Region(Mask.of(10, 10, new Box(2, 2, 7, 7))), ALL);
    private static final ClassScores SCORES = new PresenceScores(List.of(0.1, 0.64));

    private final MaskRules rules = MaskRules.PUBLISHED;

    private static Candidate candidate(Mask mask, double iou) {
        return new Candidate(mask, iou, 0.9);
    }

    @Test
    void a_mask_scores_the_geometric_mean_of_its_class_and_its_quality() {
        var chosen = rules.choose(CLAIM, List.of(candidate(THING, 0.81)), SCORES).orElseThrow();

        assertThat(chosen.label()).isEqualTo(1);
        assertThat(chosen.mask()).isEqualTo(THING);
        assertThat(chosen.score()).isCloseTo(0.8 * 0.9, within(1e-9));
    }

    @Test
    void the_candidate_is_chosen_that_is_good_and_where_the_thing_was_found() {
        var part = candidate(Mask.of(20, 20, new Box(4, 4, 10, 10)), 0.95);
        var whole = candidate(THING, 0.9);
        var around = candidate(ALL, 0.9);

        assertThat(rules.choose(CLAIM, List.of(part, whole, around), SCORES).orElseThrow().mask())
                .isEqualTo(THING);
    }

    @Test
    void a_mask_with_blurred_edges_may_score_lower_but_never_above_its_bound() {
        var ask = new Ask(new Prompt.InBox(new Box(4, 4, 13, 13)), List.of(CLAIM));
        var sharp = MaskRules.BEST.choose(CLAIM, List.of(new Candidate(THING, 0.81, 1)), SCORES);
        var blurred =
                MaskRules.BEST.choose(CLAIM, List.of(new Candidate(THING, 0.81, 0.9)), SCORES);

        assertThat(sharp.orElseThrow().score()).isCloseTo(0.8 * 0.9, within(1e-9));
        assertThat(blurred.orElseThrow().score()).isCloseTo(0.9 * 0.8 * 0.9, within(1e-9));
        assertThat(sharp.orElseThrow().score())
                .isLessThanOrEqualTo(MaskRules.BEST.bound(ask, SCORES));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new MaskRules(0, 0, 0, 0, 1, 0.5, -1));
    }

    @Test
    void masks_that_are_shaky_small_inactive_or_elsewhere_are_dropped() {
        var few = new Claim(1, CLAIM.region(), Mask.of(20, 20, new Box(4, 4, 7, 13)));

        assertThat(rules.choose(CLAIM, List.of(new Candidate(THING, 1, 0.84)), SCORES)).isEmpty();
        assertThat(
                        rules.choose(
                                CLAIM,
                                List.of(candidate(Mask.of(20, 20, new Box(4, 4, 9, 9)), 1)),
                                SCORES))
                .isEmpty();
        assertThat(rules.choose(few, List.of(candidate(THING, 1)), SCORES)).isEmpty();
        assertThat(
                        rules.choose(
                                CLAIM,
                                List.of(candidate(Mask.of(20, 20, new Box(10, 10, 20, 20)), 1)),
                                SCORES))
                .isEmpty();
        assertThat(rules.choose(CLAIM, List.of(candidate(Mask.empty(20, 20), 1)), SCORES))
                .isEmpty();
        assertThat(rules.choose(CLAIM, List.of(), SCORES)).isEmpty();
    }

    @Test
    void estimates_beyond_one_and_below_zero_are_cut() {
        var sure = rules.choose(CLAIM, List.of(candidate(THING, 1.3)), SCORES).orElseThrow();
        var unsure = rules.choose(CLAIM, List.of(candidate(THING, -0.2)), SCORES).orElseThrow();
        var ask = new Ask(new Prompt.InBox(new Box(0, 0, 1, 1)), List.of(CLAIM));

        assertThat(sure.score()).isEqualTo(0.8).isEqualTo(rules.bound(ask, SCORES));
        assertThat(unsure.score()).isZero();
        var calibrated = new MaskRules(0, 0, 0, 0, 0.81, 0.5, 0);
        assertThat(calibrated.bound(ask, SCORES)).isCloseTo(0.72, within(1e-9));
        assertThat(
                        calibrated
                                .choose(CLAIM, List.of(candidate(THING, 1)), SCORES)
                                .orElseThrow()
                                .score())
                .isEqualTo(calibrated.bound(ask, SCORES));
        assertThatIllegalArgumentException().isThrownBy(() -> new MaskRules(0, 0, 0, 0, 0, 0.5, 0));
    }

    @Test
    void a_class_that_explains_what_the_mask_covers_scores_more_than_others() {
        float[] similarities = {1, 0, 0, 1, 0, 0.5f, 0, 0}; // [2, 2, classes]
        var scores =
                new PooledScores(new PresenceScores(List.of(0.8, 0.5)), similarities, 2, 2, 10);
        var left = Mask.of(4, 4, new Box(0, 0, 2, 2));
        var right = Mask.of(4, 4, new Box(2, 0, 4, 2));

        assertThat(scores.of(0, left)).isCloseTo(0.8, within(1e-3)).isLessThanOrEqualTo(0.8);
        assertThat(scores.of(1, left)).isCloseTo(0, within(1e-3));
        assertThat(scores.of(1, right)).isCloseTo(0.5, within(1e-3));
        assertThat(scores.of(0, left.or(right))).isCloseTo(0.4, within(1e-6));
        assertThat(scores.of(0, Mask.empty(4, 4))).isZero();
        assertThat(scores.bound(1)).isEqualTo(0.5);
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        new PooledScores(new PresenceScores(List.of(1.0)), similarities, 2, 2, 1))
                .withMessageContaining("need 4 similarities, were 8");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new PresenceScores(List.of(1.5)))
                .withMessageContaining("were [1.5]");
    }
}
