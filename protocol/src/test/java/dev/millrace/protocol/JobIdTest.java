package dev.millrace.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Random;

class JobIdTest {
    @Test
    void an_id_is_written_as_job_and_32_characters_of_base64url() {
        assertThat(new JobId(0, 0, new JobKey(0, 0)))
                .hasToString("job_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
        assertThat(new JobId(0xFFFF, (1L << 48) - 1, new JobKey(-1, -1)))
                .hasToString("job_________________________________");
        assertThat(new JobId(3, 66_051, new JobKey(0x0123456789abcdefL, 0xfedcba9876543210L)))
                .hasToString("job_AAMAAAABAgMBI0VniavN7_7cuph2VDIQ");
    }

    @Test
    void every_id_is_read_back_as_it_was() {
        var random = new Random(11);
        for (int i = 0; i < 10_000; i++) {
            var id =
                    new JobId(
                            random.nextInt(1 << 16),
                            random.nextLong(1L << 48),
                            new JobKey(random.nextLong(), random.nextLong()));

            assertThat(JobId.parse(id.toString())).contains(id);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "job_",
                "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "Job_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "job_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "job_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "job_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "job_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAA==",
                "job_AAAA+AAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "job_AAAA/AAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "job_AAAA AAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "job_AAAAéAAAAAAAAAAAAAAAAAAAAAAAAAAA",
                "job_../../../../../../../../../../..",
            })
    void anything_else_is_no_id(String text) {
        assertThat(JobId.parse(text)).isEmpty();
    }

    /** One job has one address: no second text may mean the same. */
    @Test
    void a_text_that_is_read_is_the_one_that_would_be_written() {
        var random = new Random(13);
        var letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_=+/";
        for (int i = 0; i < 10_000; i++) {
            var text = new StringBuilder("job_");
            random.ints(32, 0, letters.length()).forEach(c -> text.append(letters.charAt(c)));

            JobId.parse(text.toString()).ifPresent(id -> assertThat(id).hasToString("" + text));
        }
    }

    @ParameterizedTest
    @CsvSource({
        "-1, 0, 'partition must be 0..65535, was -1'",
        "65536, 0, 'partition must be 0..65535, was 65536'",
        "0, -1, 'offset must be 0..281474976710655, was -1'",
        "0, 281474976710656, 'offset must be 0..281474976710655, was 281474976710656'",
    })
    void a_place_that_has_no_text_is_refused_with_its_value(
            int partition, long offset, String message) {
        assertThatThrownBy(() -> new JobId(partition, offset, new JobKey(1, 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }
}
