package dev.millrace.workers.text.tokens;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

class DetokenizerTest {
    private static final int SPECIAL = 256;
    private static final int HELLO = 257;

    /** Unicode 16, table 3-7: group 1 is a whole character, the rest one ill-formed part. */
    private static final Pattern PART =
            Pattern.compile(
                    """
                    (  [\\x00-\\x7F] | [\\xC2-\\xDF] T
                    | \\xE0 [\\xA0-\\xBF] T | [\\xE1-\\xEC\\xEE\\xEF] T T | \\xED [\\x80-\\x9F] T
                    | \\xF0 [\\x90-\\xBF] T T | [\\xF1-\\xF3] T T T | \\xF4 [\\x80-\\x8F] T T )
                    | \\xE0 [\\xA0-\\xBF] | [\\xE1-\\xEC\\xEE\\xEF] T | \\xED [\\x80-\\x9F]
                    | \\xF0 [\\x90-\\xBF] T? | [\\xF1-\\xF3] T T? | \\xF4 [\\x80-\\x8F] T?
                    | .
                    """
                            .replace("T", "[\\x80-\\xBF]"),
                    Pattern.COMMENTS | Pattern.DOTALL);

    /** Token b is byte b, then one special token, then a word. */
    private static final Vocabulary BYTES = bytes();

    @Test
    void a_character_appears_with_its_last_byte() {
        var detokenizer = new Detokenizer(BYTES, false);

        assertThat(detokenizer.add(0xF0)).isEmpty();
        assertThat(detokenizer.add(0x9F)).isEmpty();
        assertThat(detokenizer.add(0x98)).isEmpty();
        assertThat(detokenizer.add(0x80)).isEqualTo("😀");
        assertThat(detokenizer.flush()).isEmpty();
    }

    @Test
    void bytes_that_cannot_become_a_character_are_shown_at_once() {
        var detokenizer = new Detokenizer(BYTES, false);

        assertThat(detokenizer.add(0xED)).isEmpty();
        assertThat(detokenizer.add(0xA0)).isEqualTo("\uFFFD\uFFFD");
        assertThat(detokenizer.add(0xC0)).isEqualTo("\uFFFD");
    }

    @Test
    void the_end_releases_an_unfinished_character_as_one_replacement() {
        var detokenizer = new Detokenizer(BYTES, false);
        detokenizer.add(0xF0);
        detokenizer.add(0x9F);
        detokenizer.add(0x98);

        assertThat(detokenizer.flush()).isEqualTo("\uFFFD");
        assertThat(detokenizer.flush()).isEmpty();
    }

    @Test
    void special_and_unknown_tokens_say_nothing_and_do_not_end_a_character() {
        var detokenizer = new Detokenizer(BYTES, false);

        assertThat(detokenizer.add(0xC3)).isEmpty();
        assertThat(detokenizer.add(SPECIAL)).isEmpty();
        assertThat(detokenizer.add(100_000)).isEmpty();
        assertThat(detokenizer.add(-1)).isEmpty();
        assertThat(detokenizer.add(0xA9)).isEqualTo("é");
        assertThat(detokenizer.add(HELLO)).isEqualTo(" hello");
    }

    @Test
    void only_the_first_space_of_a_text_is_dropped_where_the_tokenizer_adds_it() {
        var detokenizer = new Detokenizer(BYTES, true);

        assertThat(detokenizer.add(HELLO)).isEqualTo("hello");
        assertThat(detokenizer.add(HELLO)).isEqualTo(" hello");
    }

    @Test
    void pieces_and_flush_are_what_the_table_of_well_formed_bytes_gives() {
        var random = new Random(20);
        for (int round = 0; round < 20_000; round++) {
            var bytes = bytes(random);
            var detokenizer = new Detokenizer(BYTES, false);
            var pieces = new StringBuilder();

            for (byte value : bytes) {
                pieces.append(detokenizer.add(value & 0xFF));
            }
            pieces.append(detokenizer.flush());

            assertThat(pieces).hasToString(byTable(bytes));
        }
    }

    private static String byTable(byte[] bytes) {
        var parts = PART.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
        var text = new StringBuilder();
        while (parts.find()) {
            var part = parts.group().getBytes(StandardCharsets.ISO_8859_1);
            boolean whole = parts.group(1) != null;
            text.append(whole ? new String(part, StandardCharsets.UTF_8) : "\uFFFD");
        }
        return text.toString();
    }

    /** Mostly lead and continuation bytes near the borders of what is allowed. */
    private static byte[] bytes(Random random) {
        int[] interesting = {
            0x41, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1,
            0xED, 0xEE, 0xEF, 0xF0, 0xF1, 0xF4, 0xF5, 0xFF
        };
        var bytes = new byte[1 + random.nextInt(8)];
        for (int at = 0; at < bytes.length; at++) {
            bytes[at] = (byte) interesting[random.nextInt(interesting.length)];
        }
        return bytes;
    }

    private static Vocabulary bytes() {
        var special = new BitSet();
        special.set(SPECIAL);
        var words = List.of("<end>", " hello").stream().map(String::getBytes);
        var single = IntStream.range(0, 256).mapToObj(value -> new byte[] {(byte) value});
        return Vocabulary.of(Stream.concat(single, words).toList(), special);
    }
}
