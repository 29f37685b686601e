package dev.millrace.protocol.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.protocol.EventType;
import dev.millrace.protocol.Fence;
import dev.millrace.protocol.JobKey;
import dev.millrace.protocol.Mark;
import dev.millrace.protocol.Topics;

import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.util.Arrays;
import java.util.Optional;

/** Anybody may write to a topic; nothing in a header may do more than make its record void. */
class RecordsTest {
    private static ConsumerRecord<byte[], byte[]> record(
            @Nullable String key, @Nullable String type, String attempt, String sequence) {
        var headers = new RecordHeaders();
        headers.add("ce_type", type == null ? null : type.getBytes(UTF_8));
        headers.add("ce_attempt", attempt.getBytes(UTF_8));
        headers.add("ce_sequence", sequence.getBytes(UTF_8));
        return new ConsumerRecord<>(
                Topics.EVENTS,
                0,
                0L,
                0L,
                TimestampType.LOG_APPEND_TIME,
                0,
                0,
                key == null ? null : key.getBytes(UTF_8),
                new byte[0],
                headers,
                Optional.empty());
    }

    private static Optional<Mark> mark(String attempt, String sequence) {
        return Records.mark(record("", "dev.millrace.delta", attempt, sequence));
    }

    @Test
    void the_mark_is_in_the_headers() {
        assertThat(mark("3", "17")).contains(new Mark(EventType.DELTA, 3, 17));
        assertThat(mark("2147483647", "2147483647"))
                .contains(new Mark(EventType.DELTA, Fence.TOP, Integer.MAX_VALUE));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "-1",
                "+1",
                " 1",
                "1 ",
                "1.0",
                "1e3",
                "0x1",
                "2147483648",
                "4294967297",
                "9999999999",
                "99999999999999999999",
                "18446744073709551617",
                "١",
                "NaN",
                "null",
            })
    void an_attempt_that_is_no_number_makes_it_no_event(String attempt) {
        assertThat(mark(attempt, "1")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1.5", "x", "2147483648", "99999999999999999999"})
    void a_sequence_that_is_no_number_counts_as_none(String sequence) {
        assertThat(mark("1", sequence)).contains(new Mark(EventType.DELTA, 1, Mark.NO_SEQUENCE));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(
            strings = {
                "",
                "delta",
                "dev.millrace.",
                "dev.millrace.DELTA",
                "dev.millrace.delta ",
                "com.example.delta",
                "dev.millrace.warmup",
                "dev.millrace.job",
            })
    void a_type_that_is_none_of_ours_makes_it_no_event(@Nullable String type) {
        assertThat(Records.mark(record("", type, "1", "1"))).isEmpty();
    }

    @Test
    void a_record_without_headers_is_no_event() {
        var bare =
                new ConsumerRecord<byte[], byte[]>(Topics.EVENTS, 0, 0L, new byte[0], new byte[0]);

        assertThat(Records.mark(bare)).isEmpty();
        assertThat(Records.type(bare.headers())).isEmpty();
        assertThat(Records.owner(bare.headers())).isEmpty();
        assertThat(Records.traceparent(bare.headers())).isEmpty();
    }

    @Test
    void a_header_that_comes_twice_counts_as_its_last() {
        var record = record("", "dev.millrace.delta", "1", "1");
        record.headers().add("ce_attempt", "2".getBytes(UTF_8));

        assertThat(Records.mark(record)).contains(new Mark(EventType.DELTA, 2, 1));
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "warmup", "0123456789abcdef0123456789abcdeg"})
    void a_key_that_is_no_job_key_is_nobodys(@Nullable String key) {
        assertThat(Records.job(record(key, "dev.millrace.delta", "1", "1"))).isEmpty();
    }

    @Test
    void a_key_that_is_no_text_is_nobodys() {
        var key = new byte[32];
        Arrays.fill(key, (byte) 0xC3);

        assertThat(Records.job(new ConsumerRecord<>(Topics.EVENTS, 0, 0L, key, new byte[0])))
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"0123456789abcdeffedcba9876543210, 81985529216486895, -81985529216486896"})
    void a_job_key_is_the_jobs(String key, long high, long low) {
        assertThat(Records.job(record(key, "dev.millrace.delta", "1", "1")))
                .contains(new JobKey(high, low));
    }

    @Test
    void every_reader_passes_the_warming_record_over() {
        var warmup = Records.warmup(Topics.EVENTS, 5);
        var received =
                new ConsumerRecord<>(
                        warmup.topic(),
                        5,
                        0L,
                        0L,
                        TimestampType.LOG_APPEND_TIME,
                        0,
                        0,
                        warmup.key(),
                        warmup.value(),
                        warmup.headers(),
                        Optional.empty());

        assertThat(Records.mark(received)).isEmpty();
        assertThat(Records.job(received)).isEmpty();
        assertThat(Records.type(received.headers())).isEqualTo(Records.WARMUP);
    }
}
