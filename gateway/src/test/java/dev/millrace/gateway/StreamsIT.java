package dev.millrace.gateway;

import static dev.millrace.gateway.LogHarness.await;
import static dev.millrace.gateway.LogHarness.submission;
import static dev.millrace.gateway.LogHarness.submit;
import static dev.millrace.gateway.LogHarness.subscribe;
import static dev.millrace.gateway.LogHarness.until;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.gateway.refusal.Reason;
import dev.millrace.gateway.refusal.Refusal;
import dev.millrace.gateway.stream.JobStatus;
import dev.millrace.gateway.stream.StreamEvent;
import dev.millrace.protocol.Cursor;
import dev.millrace.protocol.EventType;
import dev.millrace.protocol.Fence;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.JobKey;

import io.vertx.core.Future;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.List;

final class StreamsIT {
    private static LogHarness log;
    private static LogSide gateway;

    @BeforeAll
    static void start() {
        log = new LogHarness(2);
        gateway = log.gateway("one");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        log.close();
    }

    @Test
    void a_stream_that_has_ended_is_told_from_the_log() {
        var job = submit(gateway);
        log.worker.answer(job, 1, 1, 3);

        var recorder = new Recorder();
        subscribe(gateway, job, recorder);

        assertThat(Recorder.words(recorder.all()))
                .containsExactly("claimed#1", "delta 1", "delta 2", "delta 3", "completed 4");
        assertThat(Recorder.text(recorder.all())).isEqualTo(" t1 t2 t3");
    }

    @Test
    void a_stream_is_told_while_it_comes_into_being() {
        var job = submit(gateway);
        var recorder = new Recorder();
        subscribe(gateway, job, recorder);

        log.worker.claim(job, 1);
        log.worker.delta(job, 1, 1);
        until("the first delta is told", () -> recorder.events().size() == 2);
        log.worker.delta(job, 1, 2);
        log.worker.completed(job, 1, 3);

        assertThat(Recorder.words(recorder.all()))
                .containsExactly("claimed#1", "delta 1", "delta 2", "completed 3");
    }

    @Test
    void a_reader_from_every_cursor_is_told_the_rest() {
        var job = submit(gateway);
        withZombies(job);
        var whole = new Recorder();
        subscribe(gateway, job, whole);
        var events = whole.all();
        assertThat(Recorder.words(events))
                .containsExactly(
                        "claimed#1",
                        "delta 1",
                        "delta 2",
                        "claimed#3",
                        "delta 3",
                        "delta 4",
                        "completed 5");

        for (int i = 0; i < events.size() - 1; i++) {
            var rest = new Recorder();
            subscribe(gateway, job, events.get(i).cursor(), rest);
            assertThat(Recorder.words(rest.all()))
                    .as("after event %d", i)
                    .isEqualTo(Recorder.words(events.subList(i + 1, events.size())));
        }
    }

    @Test
    void a_reader_from_the_end_is_told_nothing_even_if_the_stream_is_closed_once_more() {
        var job = submit(gateway);
        withZombies(job);
        var whole = new Recorder();
        subscribe(gateway, job, whole);
        var end = whole.all().getLast().cursor();

        var after = new Recorder();
        subscribe(gateway, job, end, after);
        log.worker.completed(job, 3, 6);
        log.worker.flush();
        assertThat(await(gateway.jobs().cancel(job, ""))).isEqualTo(EventType.COMPLETED);

        assertThat(after.events()).isEmpty();
    }

    private void withZombies(JobId job) {
        var worker = log.worker;
        worker.claim(job, 1);
        worker.delta(job, 1, 1);
        worker.delta(job, 1, 2);
        worker.claim(job, 3);
        worker.delta(job, 1, 3); // late, of the first attempt
        worker.claim(job, 2); // late
        worker.delta(job, 2, 3);
        worker.delta(job, 3, 3);
        worker.delta(job, 3, 5); // one was lost in between
        worker.delta(job, 1, 4);
        worker.delta(job, 3, 4);
        worker.completed(job, 1, 5);
        worker.completed(job, 3, 5);
        worker.delta(job, 3, 6);
        worker.completed(job, 1, 5);
        worker.flush();
    }

    @Test
    void a_job_stands_as_its_stream_says() {
        var job = submit(gateway);
        assertThat(status(job).state()).isEqualTo("queued");

        log.worker.claim(job, 2);
        log.worker.flush();
        until("it runs", () -> status(job).state().equals("running"));
        assertThat(status(job).attempt()).isEqualTo(2);

        log.worker.completed(job, 2, 1);
        log.worker.flush();
        until("it has ended", () -> status(job).state().equals("completed"));
        assertThat(status(job).attempt()).isEqualTo(2);
        assertThat(status(job).accepted().model()).isEqualTo(LogHarness.MODEL);
    }

    private static JobStatus status(JobId job) {
        return await(gateway.streams().status(job, ""));
    }

    @Test
    void cancelling_ends_the_stream_and_says_so_once() {
        var job = submit(gateway);
        var recorder = new Recorder();
        subscribe(gateway, job, recorder);
        log.worker.claim(job, 1);
        log.worker.delta(job, 1, 1);
        log.worker.flush();

        assertThat(await(gateway.jobs().cancel(job, ""))).isEqualTo(EventType.CANCELLED);
        long end = log.end(job.partition());
        assertThat(await(gateway.jobs().cancel(job, ""))).isEqualTo(EventType.CANCELLED);

        assertThat(Recorder.words(recorder.all()))
                .containsExactly("claimed#1", "delta 1", "cancelled 2");
        assertThat(log.end(job.partition())).as("nothing more is appended").isEqualTo(end);
    }

    @Test
    void an_address_that_does_not_hold_is_refused_and_nothing_is_appended_for_it() {
        var job = submit(gateway);
        var owned = await(gateway.jobs().submit(submission("alice", LogHarness.DEADLINE)));
        var forged =
                List.of(
                        new JobId(job.partition(), job.offset(), JobKey.random()),
                        new JobId(job.partition(), job.offset() + 1_000_000, job.key()),
                        new JobId(job.partition(), 0, job.key()),
                        new JobId(999, job.offset(), job.key()),
                        owned);
        long before = log.end(0) + log.end(1);

        for (var id : forged) {
            refused(gateway.streams().status(id, ""), Reason.NO_SUCH_JOB);
            refused(
                    gateway.streams().subscribe(id, "", Cursor.at(id), new Recorder()),
                    Reason.NO_SUCH_JOB);
            refused(gateway.jobs().cancel(id, ""), Reason.NO_SUCH_JOB);
        }
        refused(gateway.streams().status(job, "bob"), Reason.NO_SUCH_JOB);

        assertThat(log.end(0) + log.end(1)).isEqualTo(before);
        assertThat(await(gateway.jobs().cancel(owned, "alice"))).isEqualTo(EventType.CANCELLED);
    }

    @Test
    void a_cursor_that_is_no_place_in_the_stream_is_gone() {
        var job = submit(gateway);
        log.worker.answer(job, 1, 1, 2);
        var recorder = new Recorder();
        subscribe(gateway, job, recorder);
        var events = recorder.all();
        StreamEvent second = events.get(2);
        var cursors =
                List.of(
                        new Cursor(second.cursor().offset(), new Fence(1, 7)),
                        new Cursor(second.cursor().offset(), new Fence(2, 2)),
                        new Cursor(second.cursor().offset(), new Fence(Fence.TOP, 2)),
                        new Cursor(events.getFirst().cursor().offset(), new Fence(2, 0)),
                        new Cursor(events.getLast().cursor().offset(), new Fence(1, 3)),
                        new Cursor(second.cursor().offset() + 1_000_000, second.cursor().fence()),
                        new Cursor(job.offset(), new Fence(1, 1)));

        for (var cursor : cursors) {
            refused(gateway.streams().subscribe(job, "", cursor, new Recorder()), Reason.GONE);
        }
    }

    private static void refused(Future<?> future, Reason reason) {
        assertThatThrownBy(() -> await(future))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.reason()).isEqualTo(reason));
    }
}
