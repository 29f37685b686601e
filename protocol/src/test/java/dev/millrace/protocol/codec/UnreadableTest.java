package dev.millrace.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.protocol.EventType;
import dev.millrace.protocol.StoredRecord;
import dev.millrace.protocol.kafka.Records;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.PrintWriter;
import java.io.StringWriter;

/** What is wrong is named, and its content is never repeated: it may be somebody's prompt. */
class UnreadableTest {
    private static final String SECRET = "s3cret";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "accepted  | \"stories\" | 7          | model",
                "accepted  | \"stories\" | \"s3cret!\"  | model",
                "accepted  | 60000       | \"s3cret\"   | deadline",
                "accepted  | 60000       | 0          | deadline",
                "accepted  | 60000       | -1         | deadline",
                "accepted  | 60000       | 1.5        | deadline",
                "accepted  | 60000       | 1e400      | deadline",
                "accepted  | 60000       | 99999999999999999999 | deadline",
                "claimed   | \"w-1\"       | null       | worker",
                "delta     | [4711]      | \"s3cret\"   | tokens",
                "delta     | [4711]      | [\"s3cret\"] | tokens",
                "delta     | [4711]      | [1.5]      | tokens",
                "delta     | [4711]      | [4294967296] | tokens",
                "delta     | [4711]      | {}         | tokens",
                "delta-logprobs | -0.125 | \"s3cret\"   | logprob",
                "delta-logprobs | [32,97] | 7         | bytes",
                "delta-boundary | true   | \"s3cret\"   | boundary",
                "progress  | 0.25        | 1.5        | fraction",
                "progress  | 0.25        | \"s3cret\"   | fraction",
                "restarted | \"another kernel\" | []     | reason",
                "completed | \"length\"    | \"s3cret\"   | finish_reason",
                "completed | 34          | \"s3cret\"   | completion_tokens",
                "completed-attended | 0.375 | 1.5       | attended_fraction",
                "completed-attended | 0.375 | \"s3cret\" | attended_fraction",
                "completed-attended | \"selections\":5 | \"selections\":-1 | selections",
                "completed-cached | 256     | 301       | cached_tokens",
                "failed    | \"engine_failed\" | \"s3cret\" | code",
                "failed    | 3           | \"s3cret\"   | attempts",
                "progress-found | 0.875  | 1.5        | score",
                "progress-found | \"prompts\":7 | \"prompts\":-1 | prompts",
                "mask      | \"red ball\" | [\"s3cret\"] | class",
                "mask      | [2,3,4,5]   | [2,3,4]    | bbox",
                "mask      | [2,3,4,5]   | [2,3,4,-5] | height",
                "mask      | [48,64]     | [48]       | size",
                "mask      | 0.75        | \"s3cret\"   | score",
                "mask-png  | \"png\":\"    | \"png\":\"s3cret! | png",
                "mask-polygon | 3.5      | \"s3cret\"   | segmentation",
                "completed-segmented | \"masks\":3 | \"masks\":\"s3cret\" | masks",
            })
    void an_event_with_a_wrong_field_is_unreadable_by_its_name(
            String name, String right, String wrong, String field) {
        var text = new String(StoredRecord.named(name).data(), UTF_8);
        var type = EventType.of(name.replaceFirst("-.*", "")).orElseThrow();

        assertUnreadable(
                () -> EventCodec.decode(type, Attributes.NONE, replaced(text, right, wrong)),
                field);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "job      | \"job_AAMAAAABAgMBI0VniavN7_7cuph2VDIQ\" | \"job_s3cret\" | id",
                "job      | \"stories\"  | \"s3cret!\"   | model",
                "job      | \"text\"     | \"s3cret\"    | kind",
                "job      | \"Once upon a time\" | 7    | prompt",
                "job      | 64         | 0           | max_tokens",
                "job      | 64         | \"s3cret\"    | max_tokens",
                "job      | 64         | 64.5        | max_tokens",
                "job      | 0.8        | 3           | temperature",
                "job      | 0.95       | 0           | top_p",
                "job      | -1234567890123456789 | 1e300 | seed",
                "job      | 60000      | 43200001    | deadline",
                "job      | [\"\\n\\n\"]   | \"s3cret\"    | stop",
                "job      | [\"\\n\\n\"]   | [5]         | stop",
                "job-picture | \"class\":3 | \"class\":-2 | class",
                "job-picture | \"n\":2    | \"n\":0      | n",
                "job-picture | 32         | 0            | side",
                "job-picture | 1.5        | \"s3cret\"    | guidance",
                "job-picture | 1.0        | 2.5          | denoise",
                "job-picture | \"high\"   | \"s3cret\"    | quality",
                "job-segment | \"image\":\" | \"image\":\"s3cret! | image",
                "job-segment | \"image\":\" | \"image\":7,\"other\":\" | image",
                "job-segment | [\"red ball\",\"leaf\"] | [] | classes",
                "job-segment | \"leaf\"   | \"red ball\"   | classes",
                "job-segment | \"leaf\"   | \" \"          | class",
                "job-segment | 0.25       | 1.25         | min_score",
                "job-segment | 20         | 0            | max_masks",
                "job-segment | \"rle\"    | \"s3cret\"     | format",
                "job-segment-prompts | [1.0,2.0,30.0,40.0] | [1.0,2.0,30.0] | box",
                "job-segment-prompts | [1.0,2.0,30.0,40.0] | [1.0,2.0,0.5,40.0] | box",
                "job-segment-prompts | [5.0,6.5,1.0] | [5.0,6.5] | points",
                "job-segment-prompts | [5.0,6.5,1.0] | [5.0,-6.5,1.0] | prompt",
                "model-segment | 4000000  | 0            | pixels",
                "model-segment | 100      | 101          | masks",
                "job-attention | \"chunk\" | \"s3cret\"   | attention",
                "model-attentions | \"softmax\" | \"s3cret\" | attentions",
                "model-attentions | \"softmax\" | \"auto\" | attentions",
                "job-chat | \"Be brief.\" | null       | content",
                "job-chat | \"system\"   | [\"s3cret\"]  | role",
                "model    | [\"stories\",\"Stories 4M\"] | \"s3cret\" | names",
                "model    | [\"stories\",\"Stories 4M\"] | []     | names",
                "model    | 2048       | 0           | context",
                "worker   | 8          | 0           | slots",
                "worker   | 2000       | 0           | interval",
                "model-picture | \"image\" | \"s3cret\"  | kind",
                "model-picture | 8          | 0            | most",
                "model-picture | [\"disc\",\"ring\"] | [] | guidance",
                "cancel   | \"job_AAMAAAABAgMBI0VniavN7_7cuph2VDIQ\" | \"s3cret\" | id",
            })
    void a_job_or_a_registry_record_with_a_wrong_field_is_unreadable_by_its_name(
            String name, String right, String wrong, String field) {
        var data = replaced(new String(StoredRecord.named(name).data(), UTF_8), right, wrong);

        assertUnreadable(() -> decode(name, data), field);
    }

    private static Object decode(String name, byte[] data) {
        return switch (name) {
            case "model", "worker" -> ServedCodec.decode(name, data);
            case "model-attentions", "model-picture", "model-segment" ->
                    ServedCodec.decode("model", data);
            case "cancel" -> CancelCodec.decode(data);
            default -> JobCodec.decode("", "", data);
        };
    }

    private static byte[] replaced(String text, String right, String wrong) {
        assertThat(text).contains(right);
        return text.replace(right, wrong).getBytes(UTF_8);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "s3cret",
                "\"s3cret\"",
                "[\"s3cret\"]",
                "null",
                "{\"s3cret\"",
                "{\"text\":s3cret}",
                "{\"text\":\"s3cret\u0000\"}",
                "<s3cret/>",
            })
    void what_is_no_json_object_is_unreadable(String text) {
        assertUnreadable(
                () -> EventCodec.decode(EventType.DELTA, Attributes.NONE, text.getBytes(UTF_8)),
                "JSON");
    }

    @Test
    void bytes_that_are_no_text_are_unreadable() {
        byte[] noUtf8 = {'{', '"', (byte) 0xC3, '"', ':', '1', '}'};
        byte[] noUtf32 = {0, 0, 0, '{', (byte) 0xFF, (byte) 0xFF, (byte) 0xFF, (byte) 0xFF};

        assertUnreadable(() -> EventCodec.decode(EventType.DELTA, Attributes.NONE, noUtf8), "JSON");
        assertUnreadable(
                () -> EventCodec.decode(EventType.DELTA, Attributes.NONE, noUtf32), "JSON");
    }

    @Test
    void json_that_is_nested_too_deep_is_unreadable() {
        var deep = "{\"text\":" + "[".repeat(100_000);

        assertUnreadable(
                () -> EventCodec.decode(EventType.DELTA, Attributes.NONE, deep.getBytes(UTF_8)),
                "JSON");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "preview | picture   | s3cret  | picture",
                "preview | picture   | -1      | picture",
                "preview | index     | ''      | index",
                "preview | block     | 1.5     | block",
                "preview | fraction  | s3cret  | fraction",
                "preview | fraction  | 1.5     | fraction",
                "preview | residuals | 1,,2    | residuals",
                "preview | sweeps    | 1,s3cret | sweeps",
                "picture | picture   | ''      | picture",
                "picture | tokenwise | s3cret  | tokenwise",
            })
    void a_picture_with_a_wrong_attribute_is_unreadable_by_its_name(
            String name, String attribute, String wrong, String field) {
        var stored = StoredRecord.named(name);
        var right = Records.attributes(stored.received().headers());
        Attributes attributes = asked -> asked.equals(attribute) ? wrong : right.value(asked);
        var type = EventType.of(name).orElseThrow();

        assertUnreadable(() -> EventCodec.decode(type, attributes, stored.data()), field);
    }

    private static void assertUnreadable(ThrowingCallable decoding, String naming) {
        assertThatThrownBy(decoding)
                .isInstanceOf(Unreadable.class)
                .hasMessageContaining(naming)
                .satisfies(e -> assertThat(stackTrace(e)).doesNotContain(SECRET));
    }

    private static String stackTrace(Throwable e) {
        var text = new StringWriter();
        e.printStackTrace(new PrintWriter(text));
        return text.toString();
    }
}
