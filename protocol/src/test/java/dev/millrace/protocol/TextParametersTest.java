package dev.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.util.Collections;
import java.util.List;

class TextParametersTest {
    private static TextParameters with(
            int maxTokens, double temperature, double topP, int topK, int logprobs) {
        return new TextParameters(maxTokens, temperature, topP, topK, 0, List.of(), logprobs);
    }

    private static TextParameters stoppingAt(List<String> stop) {
        return new TextParameters(1, 1, 1, 0, 0, stop, TextParameters.NO_LOGPROBS);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 0, 1, 0, -1",
        "2147483647, 2, 1, 2147483647, 20",
        "1, 0, 4.9E-324, 0, 0",
    })
    void the_ends_of_every_range_belong_to_it(
            int maxTokens, double temperature, double topP, int topK, int logprobs) {
        assertThat(with(maxTokens, temperature, topP, topK, logprobs).maxTokens())
                .isEqualTo(maxTokens);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1, 1, 0, 0, 'max_tokens must be at least 1, was 0'",
        "1, -0.1, 1, 0, 0, 'temperature must be 0..2, was -0.1'",
        "1, 2.1, 1, 0, 0, 'temperature must be 0..2, was 2.1'",
        "1, NaN, 1, 0, 0, 'temperature must be 0..2, was NaN'",
        "1, Infinity, 1, 0, 0, 'temperature must be 0..2, was Infinity'",
        "1, 1, 0, 0, 0, 'top_p must be above 0 and at most 1, was 0.0'",
        "1, 1, 1.1, 0, 0, 'top_p must be above 0 and at most 1, was 1.1'",
        "1, 1, NaN, 0, 0, 'top_p must be above 0 and at most 1, was NaN'",
        "1, 1, 1, -1, 0, 'top_k must be at least 0, was -1'",
        "1, 1, 1, 0, 21, 'top_logprobs must be 0..20, was 21'",
        "1, 1, 1, 0, -2, 'top_logprobs must be 0..20, was -2'",
    })
    void what_lies_outside_is_refused_with_the_range_and_the_value(
            int maxTokens,
            double temperature,
            double topP,
            int topK,
            int logprobs,
            String message) {
        assertThatThrownBy(() -> with(maxTokens, temperature, topP, topK, logprobs))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    @Test
    void stop_strings_are_few_short_and_never_empty() {
        assertThat(stoppingAt(Collections.nCopies(16, "x".repeat(1024))).stop()).hasSize(16);

        assertThatThrownBy(() -> stoppingAt(Collections.nCopies(17, "x")))
                .hasMessage("stop must hold at most 16 strings, held 17");
        assertThatThrownBy(() -> stoppingAt(List.of("x".repeat(1025))))
                .hasMessage("a stop string must have at most 1024 characters");
        assertThatThrownBy(() -> stoppingAt(List.of("")))
                .hasMessage("stop must not hold an empty string");
    }
}
