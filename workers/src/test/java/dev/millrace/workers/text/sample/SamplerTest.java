package dev.millrace.workers.text.sample;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.millrace.protocol.TextParameters;
import dev.millrace.workers.text.sample.Sampled.Ranked;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.nio.FloatBuffer;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;

class SamplerTest {
    private static final double P_VALUE_1E_6_DF_7 = 40.52;

    @Test
    void at_temperature_zero_the_likeliest_token_wins_and_the_first_of_equals() {
        assertThat(draw(parameters(0, 1, 0, 5), 0, 1f, 3f, 3f, 2f)).isEqualTo(1);
    }

    @Test
    void a_token_depends_on_nothing_but_logits_parameters_seed_and_index() {
        var logits = logits(new Random(3), 1_000);
        var parameters = parameters(1, 1, 0, 42);
        var fresh = new Sampler(1_000);
        var used = new Sampler(1_000);
        for (int index = 0; index < 50; index++) {
            used.next(FloatBuffer.wrap(logits(new Random(index), 1_000)), parameters, index);
        }

        for (int index : new int[] {7, 0, 49, 7}) {
            assertThat(used.next(FloatBuffer.wrap(logits), parameters, index))
                    .isEqualTo(fresh.next(FloatBuffer.wrap(logits), parameters, index));
        }
    }

    @Test
    void a_direct_buffer_is_read_from_its_position_and_left_as_it_was() {
        var buffer = FloatBuffer.wrap(new float[] {9, 9, 0, 1, 0, 9}).position(2).limit(5);

        assertThat(new Sampler(3).next(buffer, parameters(0, 1, 0, 0), 0).token()).isEqualTo(1);
        assertThat(buffer.position()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "1.0, 1.0, 0", "0.8, 0.9, 0", "2.0, 0.5, 0", "0.7, 1.0, 40", "1.0, 0.95, 50",
        "1.3, 0.2, 3", "0.05, 0.99, 7", "1.0, 1e-9, 0", "1.0, 0.999999, 0", "1.0, 1.0, 1",
        "1.0, 0.5, 5000", "1e-310, 0.9, 0"
    })
    void the_partial_selection_keeps_and_draws_what_a_full_sort_does(
            double temperature, double topP, int topK) {
        var random = new Random(11);
        for (int round = 0; round < 60; round++) {
            var logits = logits(random, 1 + random.nextInt(400));
            var parameters = parameters(temperature, topP, topK, random.nextLong());

            assertThat(draw(parameters, round, logits))
                    .as("round %d", round)
                    .isEqualTo(SortingSampler.draw(logits, parameters, round));
        }
    }

    @Test
    void draws_over_seeds_follow_the_softmax() {
        float[] logits = {0, 1, 2, -1, 0.5f, 1.5f, -0.5f, 0.25f};
        double temperature = 0.9;
        int draws = 40_000;
        var counts = new int[logits.length];
        var sampler = new Sampler(logits.length);
        for (int seed = 0; seed < draws; seed++) {
            counts[
                    sampler.next(FloatBuffer.wrap(logits), parameters(temperature, 1, 0, seed), 3)
                            .token()]++;
        }

        assertThat(chiSquare(counts, softmax(logits, temperature), draws))
                .isLessThan(P_VALUE_1E_6_DF_7);
    }

    @Test
    void draws_over_the_indices_of_one_seed_follow_the_softmax() {
        float[] logits = {0, 1, 2, -1, 0.5f, 1.5f, -0.5f, 0.25f};
        int draws = 40_000;
        var counts = new int[logits.length];
        var sampler = new Sampler(logits.length);
        for (int index = 0; index < draws; index++) {
            counts[
                    sampler.next(FloatBuffer.wrap(logits), parameters(1, 1, 0, 99), index)
                            .token()]++;
        }

        assertThat(chiSquare(counts, softmax(logits, 1), draws)).isLessThan(P_VALUE_1E_6_DF_7);
    }

    @Test
    void logprobs_are_those_of_the_logits_before_temperature_and_truncation() {
        float[] logits = {1, 3, 2, 3, Float.NEGATIVE_INFINITY};
        var parameters = new TextParameters(1, 0.1, 0.1, 1, 0, List.of(), 3);
        var expected = softmax(logits, 1);

        var logprobs =
                new Sampler(5)
                        .next(FloatBuffer.wrap(logits), parameters, 0)
                        .logprobs()
                        .orElseThrow();

        assertThat(logprobs.drawn()).isCloseTo(Math.log(expected[1]), within(1e-12));
        assertThat(logprobs.top()).extracting(Ranked::token).containsExactly(1, 3, 2);
        assertThat(logprobs.top().getLast().logprob())
                .isCloseTo(Math.log(expected[2]), within(1e-12));
    }

    @Test
    void the_top_logprobs_are_the_first_of_a_full_sort() {
        var random = new Random(5);
        for (int round = 0; round < 500; round++) {
            var logits = logits(random, 1 + random.nextInt(60));
            int count = random.nextInt(TextParameters.MAX_LOGPROBS + 1);
            var parameters = new TextParameters(1, 0, 1, 0, 0, List.of(), count);
            var sampler = new Sampler(logits.length);

            var top =
                    sampler.next(FloatBuffer.wrap(logits), parameters, 0).logprobs().orElseThrow();

            assertThat(top.top().stream().map(Ranked::token))
                    .containsExactlyElementsOf(ranked(logits).stream().limit(count).toList());
        }
    }

    @Test
    void without_a_wish_for_logprobs_there_are_none() {
        var sampled = new Sampler(1).next(FloatBuffer.allocate(1), parameters(0, 1, 0, 0), 0);

        assertThat(sampled.logprobs()).isEmpty();
    }

    @Test
    void logits_that_are_no_distribution_are_a_clear_failure() {
        var greedy = parameters(0, 1, 0, 0);
        var drawn = parameters(1, 1, 0, 0);

        assertThatThrownBy(() -> draw(greedy, 0, 1, Float.NaN))
                .isInstanceOf(ArithmeticException.class)
                .hasMessage("the logit of token 1 is NaN");
        assertThatThrownBy(() -> draw(drawn, 0, Float.POSITIVE_INFINITY, 0))
                .hasMessage("the logit of token 0 is Infinity");
        assertThatThrownBy(() -> draw(drawn, 0, Float.NEGATIVE_INFINITY))
                .hasMessage("all logits are -Infinity");
        assertThatThrownBy(() -> new Sampler(3).next(FloatBuffer.allocate(2), greedy, 0))
                .hasMessage("logits must be 3, were 2");
    }

    private static int draw(TextParameters parameters, long index, float... logits) {
        return new Sampler(logits.length).next(FloatBuffer.wrap(logits), parameters, index).token();
    }

    private static TextParameters parameters(double temperature, double topP, int topK, long seed) {
        return new TextParameters(
                1, temperature, topP, topK, seed, List.of(), TextParameters.NO_LOGPROBS);
    }

    /** With ties, masked tokens and a wide range. */
    private static float[] logits(Random random, int size) {
        double spread = random.nextInt(4) * 3;
        var logits = new float[size];
        for (int token = 0; token < size; token++) {
            boolean masked = token > 0 && random.nextInt(20) == 0;
            float logit = Math.round(random.nextGaussian() * spread * 8) / 8f;
            logits[token] = masked ? Float.NEGATIVE_INFINITY : logit;
        }
        return logits;
    }

    private static List<Integer> ranked(float[] logits) {
        return IntStream.range(0, logits.length)
                .boxed()
                .sorted(Comparator.comparingDouble((Integer token) -> -logits[token]))
                .toList();
    }

    private static double[] softmax(float[] logits, double temperature) {
        var exponentials = new double[logits.length];
        double sum = 0;
        for (int token = 0; token < logits.length; token++) {
            exponentials[token] = Math.exp(logits[token] / temperature);
            sum += exponentials[token];
        }
        for (int token = 0; token < logits.length; token++) {
            exponentials[token] /= sum;
        }
        return exponentials;
    }

    private static double chiSquare(int[] counts, double[] probabilities, int draws) {
        double sum = 0;
        for (int token = 0; token < counts.length; token++) {
            double expected = probabilities[token] * draws;
            sum += (counts[token] - expected) * (counts[token] - expected) / expected;
        }
        return sum;
    }
}
