package dev.millrace.workers.text.tokens;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;

class StopMatcherTest {
    @Test
    void without_stop_strings_all_text_passes_at_once() {
        var matcher = new StopMatcher(List.of());

        assertThat(matcher.add("a text")).isEqualTo("a text");
        assertThat(matcher.flush()).isEmpty();
    }

    @Test
    void text_is_held_only_while_it_may_become_a_stop_string() {
        var matcher = new StopMatcher(List.of("###"));

        assertThat(matcher.add("a#")).isEqualTo("a");
        assertThat(matcher.add("#")).isEmpty();
        assertThat(matcher.add("b")).isEqualTo("##b");
    }

    @Test
    void a_stop_string_across_pieces_ends_the_text() {
        var matcher = new StopMatcher(List.of("\n\nUser:"));

        assertThat(matcher.add("Yes.\n")).isEqualTo("Yes.");
        assertThat(matcher.add("\nUs")).isEmpty();
        assertThat(matcher.add("er: more")).isEmpty();

        assertThat(matcher.hasStopped()).isTrue();
        assertThat(matcher.add("more")).isEmpty();
        assertThat(matcher.flush()).isEmpty();
    }

    @Test
    void the_end_of_the_text_releases_what_was_held() {
        var matcher = new StopMatcher(List.of("STOP"));

        assertThat(matcher.add("non-ST")).isEqualTo("non-");
        assertThat(matcher.flush()).isEqualTo("ST");
        assertThat(matcher.hasStopped()).isFalse();
    }

    @Test
    void the_stop_string_that_is_complete_first_wins() {
        var matcher = new StopMatcher(List.of("abcd", "bc"));

        assertThat(matcher.add("xabcd")).isEqualTo("xa");
    }

    @Test
    void of_two_that_end_together_the_longer_wins() {
        var matcher = new StopMatcher(List.of("c", "abc"));

        assertThat(matcher.add("xabc")).isEqualTo("x");
    }

    @Test
    void an_empty_stop_string_is_refused() {
        assertThatThrownBy(() -> new StopMatcher(List.of("a", "")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void every_cut_of_a_random_text_shows_what_the_obvious_search_shows(long seed) {
        var random = new Random(seed);
        for (int round = 0; round < 2_000; round++) {
            var stops = stops(random);
            var text = text(random, 1 + random.nextInt(24));
            var matcher = new StopMatcher(stops);
            var shown = new StringBuilder();

            for (int at = 0; at < text.length() && !matcher.hasStopped(); ) {
                int to = Math.min(text.length(), at + 1 + random.nextInt(4));
                shown.append(matcher.add(text.substring(at, to)));
                at = to;
                if (!matcher.hasStopped()) {
                    assertThat(shown).hasToString(safe(text.substring(0, at), stops));
                }
            }
            shown.append(matcher.flush());

            assertThat(shown).as("%s in %s", stops, text).hasToString(upToStop(text, stops));
        }
    }

    private static List<String> stops(Random random) {
        var stops = new ArrayList<String>();
        for (int count = 1 + random.nextInt(3); count > 0; count--) {
            stops.add(text(random, 1 + random.nextInt(5)));
        }
        return stops;
    }

    private static String text(Random random, int length) {
        return random.ints(length, 'a', 'c' + 1)
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    private static String upToStop(String text, List<String> stops) {
        for (int end = 1; end <= text.length(); end++) {
            var sofar = text.substring(0, end);
            int found =
                    stops.stream().filter(sofar::endsWith).mapToInt(String::length).max().orElse(0);
            if (found > 0) {
                return sofar.substring(0, end - found);
            }
        }
        return text;
    }

    /** All but the longest tail that some stop string begins with. */
    private static String safe(String text, List<String> stops) {
        for (int at = 0; at < text.length(); at++) {
            var tail = text.substring(at);
            if (stops.stream().anyMatch(stop -> stop.startsWith(tail))) {
                return text.substring(0, at);
            }
        }
        return text;
    }
}
