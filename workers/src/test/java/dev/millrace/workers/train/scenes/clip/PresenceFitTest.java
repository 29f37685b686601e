package dev.millrace.workers.train.scenes.clip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.workers.train.scenes.clip.PresenceFit.Example;

import org.junit.jupiter.api.Test;

import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;

class PresenceFitTest {
    private final SplittableRandom random = new SplittableRandom(2);

    /** Classes that are there with the likelihood that a fit says. */
    private List<Example> drawn(PresenceFit fit, int count) {
        return Stream.generate(
                        () -> {
                            double cosine = random.nextDouble(-1, 1);
                            double greatest = random.nextDouble(-1, 1);
                            double x =
                                    fit.cosine() * cosine
                                            + fit.greatest() * greatest
                                            + fit.constant();
                            boolean isPresent = random.nextDouble() < 1 / (1 + Math.exp(-x));
                            return new Example(cosine, greatest, isPresent);
                        })
                .limit(count)
                .toList();
    }

    @Test
    void what_the_likelihoods_were_drawn_with_is_found_again() {
        var truth = new PresenceFit(6, 3, -2);

        var fit = PresenceFit.of(drawn(truth, 40_000));

        assertThat(fit.cosine()).isCloseTo(6, within(0.3));
        assertThat(fit.greatest()).isCloseTo(3, within(0.2));
        assertThat(fit.constant()).isCloseTo(-2, within(0.15));
    }

    @Test
    void cells_that_speak_against_what_is_there_are_left_out() {
        var fit = PresenceFit.of(drawn(new PresenceFit(5, -3, 0), 5000));

        assertThat(fit.greatest()).isZero();
        assertThat(fit.cosine()).isPositive();
    }

    @Test
    void presence_says_the_same_likelihood_and_keeps_nearly_all_that_is_there() {
        var examples = drawn(new PresenceFit(6, 3, -2), 5000);
        var fit = PresenceFit.of(examples);

        var presence = fit.presence(examples, 10);

        double expected =
                1 / (1 + Math.exp(-(fit.cosine() * 0.4 + fit.greatest() * 0.1 + fit.constant())));
        assertThat(presence.likelihood(0.4, 0.1)).isCloseTo(expected, within(1e-9));
        var there = examples.stream().filter(Example::isPresent).toList();
        long kept =
                there.stream()
                        .filter(one ->
                                presence.likelihood(one.cosine(), one.greatest())
                                        >= presence.least())
                        .count();
        assertThat((double) kept / there.size()).isBetween(0.98, 0.985);
    }

    @Test
    void classes_that_separate_perfectly_have_a_fit_too() {
        var fit =
                PresenceFit.of(List.of(new Example(0.9, 0.5, true), new Example(0.1, 0.1, false)));

        assertThat(fit.cosine()).isFinite().isPositive();
    }

    @Test
    void examples_of_one_kind_alone_are_refused() {
        assertThatThrownBy(() -> PresenceFit.of(List.of(new Example(1, 1, true))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("there and others");
    }
}
