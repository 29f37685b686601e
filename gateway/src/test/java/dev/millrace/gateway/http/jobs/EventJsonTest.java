package dev.millrace.gateway.http.jobs;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.gateway.stream.StreamEvent;
import dev.millrace.protocol.Cursor;
import dev.millrace.protocol.EventType;
import dev.millrace.protocol.Fence;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.JobKey;
import dev.millrace.protocol.codec.Attributes;

import io.vertx.core.buffer.Buffer;

import org.junit.jupiter.api.Test;

import java.time.Instant;

class EventJsonTest {
    private static final JobId JOB = new JobId(1, 2, new JobKey(3, 4));
    private static final String PLACE = "\"job\":\"" + JOB + "\",\"sequence\":5,\"attempt\":1";

    private static String json(EventType type, String data) {
        var cursor = new Cursor(9, new Fence(1, 5));
        var buffer = Buffer.buffer();
        new EventJson(JOB)
                .append(
                        new StreamEvent(
                                type,
                                cursor,
                                1,
                                Instant.EPOCH,
                                Attributes.NONE,
                                data.getBytes(UTF_8)),
                        buffer);
        return buffer.toString();
    }

    @Test
    void the_logs_json_stands_after_the_place_as_it_is() {
        assertThat(json(EventType.DELTA, "{\"text\":\"é\\n\",\"tokens\":[1]}"))
                .isEqualTo(PLACE + ",\"text\":\"é\\n\",\"tokens\":[1]");
    }

    @Test
    void an_event_without_content_is_its_place() {
        assertThat(json(EventType.CANCELLED, "{}")).isEqualTo(PLACE);
        assertThat(json(EventType.CANCELLED, "{ }")).isEqualTo(PLACE);
    }

    @Test
    void a_claim_has_no_sequence() {
        assertThat(json(EventType.CLAIMED, "{\"worker\":\"w\"}"))
                .isEqualTo("\"job\":\"" + JOB + "\",\"attempt\":1,\"worker\":\"w\"");
    }

    @Test
    void json_that_another_writer_spread_over_lines_comes_in_one() {
        assertThat(json(EventType.DELTA, "{\r\n\"text\":\n\"a\"}"))
                .doesNotContain("\n")
                .doesNotContain("\r")
                .startsWith(PLACE + ",")
                .endsWith("\"text\": \"a\"");
    }

    @Test
    void data_that_is_no_object_is_left_out() {
        assertThat(json(EventType.DELTA, "[1]")).isEqualTo(PLACE);
        assertThat(json(EventType.DELTA, "")).isEqualTo(PLACE);
    }
}
