package dev.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.stream.Collectors;
import java.util.stream.Stream;

class JobKeyTest {
    @Test
    void a_key_is_written_as_32_hex_digits() {
        assertThat(new JobKey(0x0123456789abcdefL, -2))
                .hasToString("0123456789abcdeffffffffffffffffe");
    }

    @Test
    void every_key_is_read_back_as_it_was_and_none_is_drawn_twice() {
        var keys = Stream.generate(JobKey::random).limit(1_000).collect(Collectors.toSet());

        assertThat(keys).hasSize(1_000);
        assertThat(keys).allSatisfy(key -> assertThat(JobKey.parse(key.toString())).contains(key));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "warmup",
                "0123456789abcdeffffffffffffffff",
                "0123456789abcdeffffffffffffffffee",
                "0123456789ABCDEFfffffffffffffffe",
                "0123456789abcdefgfffffffffffffff",
                "+123456789abcdefffffffffffffffff",
                "٠123456789abcdefffffffffffffffff",
            })
    void anything_else_is_no_key(String text) {
        assertThat(JobKey.parse(text)).isEmpty();
        assertThat(JobKey.parse(bytes(text))).isEmpty();
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
