package dev.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModelIdTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "0", "-", "llama-3-8b"})
    void an_id_is_small_letters_digits_and_hyphens(String name) {
        assertThat(new ModelId(name)).hasToString(name);
    }

    @Test
    void an_id_has_at_most_64_characters() {
        assertThat(ModelId.isValid("a".repeat(64))).isTrue();
        assertThat(ModelId.isValid("a".repeat(65))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Llama", "a.b", "a/b", "a b", "a\n", "ä", "../a", "meta-llama/x"})
    void any_other_is_refused_with_its_value(String name) {
        assertThatThrownBy(() -> new ModelId(name))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "a model id must be 1..64 characters of a-z, 0-9 and '-', was '"
                                + name
                                + "'");
    }
}
