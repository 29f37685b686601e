package dev.millrace.protocol.codec;

import static org.assertj.core.api.Assertions.assertThat;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.protocol.Attention;
import dev.millrace.protocol.Body;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.Event;
import dev.millrace.protocol.FinishReason;
import dev.millrace.protocol.Job;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.JobKey;
import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.PictureParameters;
import dev.millrace.protocol.Place;
import dev.millrace.protocol.Png;
import dev.millrace.protocol.Quality;
import dev.millrace.protocol.Served;
import dev.millrace.protocol.StoredRecord;
import dev.millrace.protocol.Task;
import dev.millrace.protocol.TextParameters;
import dev.millrace.protocol.TokenLogprob;
import dev.millrace.protocol.Usage;
import dev.millrace.protocol.kafka.Records;

import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.time.Duration;
import java.util.List;

/** One stored record per type: what we write, and that we read it. */
class CodecGoldenTest {
    private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    private static final JobKey KEY = new JobKey(0x0123456789abcdefL, 0xfedcba9876543210L);
    private static final JobId ID = new JobId(3, 66_051, KEY);
    static final ModelId MODEL = new ModelId("stories");
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final Png PNG = new Png("these would be a PNG's bytes".getBytes(UTF_8));

    /** A record and the name of its file. */
    record Named<T>(String name, T value) {
        @Override
        public String toString() {
            return name;
        }
    }

    static final List<Named<Event>> EVENTS =
            List.of(
                    event("accepted", 0, 0, new Body.Accepted(MODEL, "text", "5f3a", MINUTE, true)),
                    new Named<>("claimed", Event.claimed(KEY, 2, new Body.Claimed("w-1"))),
                    event("delta", 2, 5, new Body.Delta(" naïve \"\n😀", 4711)),
                    event("delta-logprobs", 2, 6, new Body.Delta(" a", List.of(7), logprobs())),
                    event(
                            "delta-boundary",
                            2,
                            7,
                            new Body.Delta(" Then", List.of(8), List.of(), true)),
                    event("progress", 2, 7, new Body.Progress("prefill", 0.25)),
                    event("restarted", 3, 8, new Body.Restarted("another kernel")),
                    event(
                            "completed",
                            3,
                            9,
                            new Body.Completed(FinishReason.LENGTH, new Usage(12, 34))),
                    event(
                            "completed-attended",
                            3,
                            9,
                            new Body.Completed(
                                    FinishReason.STOP, new Usage(12, 34, 0.375, 5, 1L << 33))),
                    event(
                            "completed-cached",
                            3,
                            9,
                            new Body.Completed(
                                    FinishReason.STOP, new Usage(300, 34, 1, 0, 4096, 256))),
                    event(
                            "failed",
                            3,
                            9,
                            new Body.Failed(ErrorCode.ENGINE_FAILED, "out of memory", 3)),
                    closing(
                            "failed-closing",
                            new Body.Failed(ErrorCode.ATTEMPTS_EXHAUSTED, "given up", 10)),
                    closing("cancelled", new Body.Cancelled()),
                    closing("expired", new Body.Expired()));

    /** Their data is a picture, and everything else stands in headers. */
    static final List<Named<Event>> PICTURES =
            List.of(
                    event(
                            "preview",
                            2,
                            5,
                            new Body.Preview(
                                    1,
                                    4,
                                    6,
                                    0.375,
                                    List.of(1.5, 0.00025),
                                    new Body.Sweeps(List.of(41, 7), List.of(7)),
                                    PNG)),
                    event(
                            "picture",
                            2,
                            6,
                            new Body.Picture(
                                    1, new Body.Sweeps(List.of(41, 9, 3), List.of()), PNG)));

    static final List<Named<Job>> JOBS =
            List.of(
                    new Named<>("job", job(new Task.Plain("Once upon a time"))),
                    new Named<>(
                            "job-chat",
                            job(
                                    new Task.Chat(
                                            List.of(
                                                    new Task.Message("system", "Be brief."),
                                                    new Task.Message("user", "Who? \u2028"))))),
                    new Named<>(
                            "job-attention",
                            job(
                                    new Task.Plain("Once upon a time"),
                                    new TextParameters(
                                            64,
                                            0,
                                            1,
                                            0,
                                            7,
                                            List.of(),
                                            TextParameters.NO_LOGPROBS,
                                            Attention.CHUNK))),
                    new Named<>(
                            "job-picture",
                            job(
                                    new Task.Picture(
                                            new PictureParameters(
                                                    3, 2, 32, 7, 1.5, 1, Quality.HIGH)))),
                    new Named<>(
                            "job-picture-any",
                            job(
                                    new Task.Picture(
                                            new PictureParameters(
                                                    PictureParameters.ANY,
                                                    1,
                                                    32,
                                                    7,
                                                    0,
                                                    0,
                                                    Quality.AUTO)))));

    static final List<Named<Served>> SERVED =
            List.of(
                    new Named<>(
                            "model",
                            new Served.TextModel(
                                    MODEL,
                                    List.of("stories", "Stories 4M"),
                                    2048,
                                    65_536,
                                    256,
                                    0.8,
                                    MINUTE)),
                    new Named<>(
                            "model-attentions",
                            new Served.TextModel(
                                    MODEL,
                                    List.of("stories"),
                                    2048,
                                    65_536,
                                    256,
                                    0.8,
                                    MINUTE,
                                    List.of(Attention.CHUNK, Attention.SOFTMAX))),
                    new Named<>(
                            "model-picture",
                            new Served.PictureModel(
                                    MODEL,
                                    List.of("stories", "Shapes"),
                                    32,
                                    256,
                                    List.of("disc", "ring"),
                                    8,
                                    1.5,
                                    1,
                                    MINUTE)),
                    new Named<>(
                            "worker",
                            new Served.Worker(MODEL, "w-1", 8, 3, Duration.ofSeconds(2))));

    static Named<Event> event(String name, int attempt, int sequence, Body body) {
        return new Named<>(name, new Event(new Place(KEY, attempt, sequence), body));
    }

    private static Named<Event> closing(String name, Body.Terminal body) {
        return new Named<>(name, Event.closing(KEY, body));
    }

    private static List<TokenLogprob> logprobs() {
        var top = new TokenLogprob("\uFFFD", List.of(0xC3), -2.5, List.of());
        return List.of(new TokenLogprob(" a", List.of(32, 97), -0.125, List.of(top)));
    }

    private static Job job(Task.Prompt prompt) {
        return job(
                prompt,
                new TextParameters(64, 0.8, 0.95, 40, -1234567890123456789L, List.of("\n\n"), 2));
    }

    private static Job job(Task.Prompt prompt, TextParameters parameters) {
        return job(new Task.Text(prompt, parameters));
    }

    static Job job(Task task) {
        return new Job(ID, MODEL, "5f3a", MINUTE, task, TRACE);
    }

    @ParameterizedTest
    @FieldSource({"EVENTS", "PICTURES", "dev.millrace.protocol.codec.SegmentationRecords#EVENTS"})
    void an_event_is_written_as_stored_and_read_as_written(Named<Event> event) {
        var written = Records.event(3, event.value(), "/workers/w-1", TRACE);

        var stored = stored(event.name(), written);

        var received = stored.received();
        var mark = Records.mark(received).orElseThrow();
        assertThat(mark).isEqualTo(event.value().mark());
        assertThat(Records.job(received)).contains(KEY);
        assertThat(
                        EventCodec.decode(
                                mark.type(), Records.attributes(received.headers()), stored.data()))
                .isEqualTo(event.value().body());
    }

    @ParameterizedTest
    @FieldSource({"JOBS", "dev.millrace.protocol.codec.SegmentationRecords#JOBS"})
    void a_job_is_written_as_stored_and_read_as_written(Named<Job> job) {
        var stored = stored(job.name(), Records.job(job.value(), "/gateways/g-1"));

        var headers = stored.received().headers();
        assertThat(Records.type(headers)).isEqualTo(JobCodec.TYPE);
        assertThat(
                        JobCodec.decode(
                                Records.owner(headers),
                                Records.traceparent(headers),
                                stored.data()))
                .isEqualTo(job.value());
    }

    @ParameterizedTest
    @FieldSource({"SERVED", "dev.millrace.protocol.codec.SegmentationRecords#SERVED"})
    void a_registry_record_is_written_as_stored_and_read_as_written(Named<Served> served) {
        var stored = stored(served.name(), Records.served(served.value(), "/workers/w-1"));

        var type = Records.type(stored.received().headers());
        assertThat(ServedCodec.decode(type, stored.data())).isEqualTo(served.value());
    }

    @ParameterizedTest
    @ValueSource(strings = "cancel")
    void a_cancellation_is_written_as_stored_and_read_as_written(String name) {
        var stored = stored(name, Records.cancel(ID, "/gateways/g-1"));

        assertThat(Records.type(stored.received().headers())).isEqualTo(CancelCodec.TYPE);
        assertThat(CancelCodec.decode(stored.data())).isEqualTo(ID);
    }

    private static StoredRecord stored(String name, ProducerRecord<byte[], byte[]> written) {
        var stored = StoredRecord.named(name);
        assertThat(StoredRecord.of(written).text()).isEqualTo(stored.text());
        return stored;
    }

    @ParameterizedTest
    @FieldSource({"EVENTS", "dev.millrace.protocol.codec.SegmentationRecords#EVENTS"})
    void fields_that_are_not_known_are_passed_over(Named<Event> event) {
        var body = event.value().body();
        var owner = body instanceof Body.Accepted accepted ? accepted.owner() : "";
        var text = new String(StoredRecord.named(event.name()).data(), UTF_8);
        var newer = text.replaceFirst("\\{", "{\"new\":{\"deep\":[1,null]}" + comma(text));

        assertThat(EventCodec.decode(body.type(), _ -> owner, newer.getBytes(UTF_8)))
                .isEqualTo(body);
    }

    private static String comma(String object) {
        return object.equals("{}") ? "" : ",";
    }
}
