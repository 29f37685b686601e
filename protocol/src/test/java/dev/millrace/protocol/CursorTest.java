package dev.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Random;

class CursorTest {
    @ParameterizedTest
    @CsvSource({
        "0, 0, 0, 0000000000000000000000000000",
        "1, 2, 3, 0000000000010000000200000003",
        "281474976710655, 2147483647, 2147483647, ffffffffffff7fffffff7fffffff",
    })
    void a_cursor_is_written_as_28_hex_digits(long offset, int attempt, int sequence, String text) {
        var cursor = new Cursor(offset, new Fence(attempt, sequence));

        assertThat(cursor).hasToString(text);
        assertThat(Cursor.parse(text)).contains(cursor);
    }

    @Test
    void its_text_is_ordered_as_it_is() {
        var random = new Random(7);
        for (int i = 0; i < 10_000; i++) {
            var one = any(random);
            var other = any(random);

            assertThat(Integer.signum(one.compareTo(other)))
                    .as("%s and %s", one, other)
                    .isEqualTo(Integer.signum(one.toString().compareTo(other.toString())));
        }
    }

    private static Cursor any(Random random) {
        return new Cursor(random.nextLong(3), new Fence(random.nextInt(3), random.nextInt(1, 300)));
    }

    @Test
    void a_stream_starts_at_its_accepted_record() {
        var cursor = Cursor.at(new JobId(3, 99, new JobKey(1, 2)));

        assertThat(cursor).isEqualTo(new Cursor(99, Fence.START));
    }

    @Test
    void after_an_end_a_cursor_says_so() {
        var end = new Fence(3, 7).judge(Mark.closing(EventType.EXPIRED));

        var after = ((Fence.Admitted) end).after();

        assertThat(Cursor.parse(new Cursor(12, after).toString()).orElseThrow().fence().hasEnded())
                .isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "0",
                "000000000000000000000000000",
                "00000000000000000000000000000",
                "000000000000000000000000000g",
                "000000000000000000000000000G",
                "00000000000A0000000000000000",
                "-000000000010000000200000003",
                "000000000001ffffffff00000003",
                "00000000000100000002ffffffff",
                "00000000000180000000ffffffff",
                " 00000000000000000000000000 ",
                "٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠٠",
            })
    void anything_else_is_no_cursor(String text) {
        assertThat(Cursor.parse(text)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {-1, 1L << 48, Long.MIN_VALUE})
    void an_offset_that_has_no_text_is_refused_with_its_value(long offset) {
        assertThatThrownBy(() -> new Cursor(offset, Fence.START))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("offset must be 0..281474976710655, was " + offset);
    }
}
