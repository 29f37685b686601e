package dev.millrace.protocol.settings;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import java.time.Duration;
import java.util.List;
import java.util.Map;

class SettingsTest {
    private static Settings settings(String value) {
        return new Settings(Map.of("X", value));
    }

    @Test
    void values_are_read_by_their_type() {
        assertThat(settings(" a b ").text("X", "")).isEqualTo("a b");
        assertThat(settings("east-1").name("X", "")).isEqualTo("east-1");
        assertThat(settings("a, b,,").list("X")).containsExactly("a", "b");
        assertThat(settings("7").whole("X", 1, 0, 9)).isEqualTo(7);
        assertThat(settings("3, 4").wholes("X", 0, 9)).containsExactly(3, 4);
        assertThat(settings("true").flag("X", false)).isTrue();
    }

    @ParameterizedTest
    @CsvSource({"500ms,500", "15s,15000", "2m,120000", "1h,3600000"})
    void durations_have_units(String value, long millis) {
        assertThat(settings(value).duration("X", "1s", "1ms", "2h"))
                .isEqualTo(Duration.ofMillis(millis));
    }

    @Test
    void a_blank_value_is_as_good_as_none() {
        assertThat(settings(" ").text("X", "otherwise")).isEqualTo("otherwise");
        assertThat(settings("").whole("X", 5, 1, 9)).isEqualTo(5);
        assertThat(settings("").duration("X", "3s", "1s", "5s")).isEqualTo(Duration.ofSeconds(3));
        assertThat(settings("").flag("X", true)).isTrue();
        assertThat(settings("").wholes("X", 0, 1)).isEqualTo(List.of());
    }

    @Test
    void a_bad_value_is_named_with_what_was_expected() {
        assertThatThrownBy(() -> settings("10").whole("X", 1, 0, 9))
                .hasMessage("X must be a whole number, 0..9, was '10'");
        assertThatThrownBy(() -> settings("ten").whole("X", 1, 0, 9))
                .hasMessage("X must be a whole number, 0..9, was 'ten'");
        assertThatThrownBy(() -> settings("1,x").wholes("X", 0, 9))
                .hasMessage("X must be a whole number, 0..9, was 'x'");
        assertThatThrownBy(() -> settings("15").duration("X", "1s", "1s", "1m"))
                .hasMessage("X must be a duration (500ms, 15s, 2m, 1h), 1s..1m, was '15'");
        assertThatThrownBy(() -> settings("61s").duration("X", "1s", "1s", "1m"))
                .hasMessage("X must be a duration (500ms, 15s, 2m, 1h), 1s..1m, was '61s'");
        assertThatThrownBy(() -> settings("yes").flag("X", true))
                .hasMessage("X must be true or false, was 'yes'");
        assertThatThrownBy(() -> settings("a/b").name("X", "c"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "X must be 1..64 characters of A-Z, a-z, 0-9, '.', '_' and '-', was"
                                + " 'a/b'");
    }
}
