package dev.millrace.gateway;

import static dev.millrace.gateway.LogHarness.submit;
import static dev.millrace.gateway.LogHarness.subscribe;
import static dev.millrace.gateway.LogHarness.until;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.stream.StreamEvent;
import dev.millrace.gateway.stream.Subscription;
import dev.millrace.protocol.Cursor;
import dev.millrace.protocol.JobId;

import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;

/** Subscribers that come, go away and come back while the stream is being written. */
final class HandOverIT {
    private static final int TOKENS = 400;
    private static LogHarness log;
    private static LogSide gateway;

    @BeforeAll
    static void start() {
        log = new LogHarness(1);
        gateway = log.gateway("one");
    }

    @AfterAll
    static void stop() {
        gateway.close();
        log.close();
    }

    @Test
    void subscribers_who_come_mid_stream_are_told_the_same_as_who_came_first() {
        var random = new Random(7);
        var job = submit(gateway);
        var first = new Recorder();
        subscribe(gateway, job, first);
        var writing = CompletableFuture.runAsync(() -> write(job));

        var starts = new ArrayList<Integer>();
        var later = new ArrayList<Recorder>();
        while (!writing.isDone()) {
            var events = first.events();
            int start = events.isEmpty() ? 0 : random.nextInt(events.size());
            var after = start == 0 ? Cursor.at(job) : events.get(start - 1).cursor();
            var recorder = new Recorder();
            subscribe(gateway, job, after, recorder);
            starts.add(start);
            later.add(recorder);
        }

        var whole = Recorder.words(first.all());
        assertThat(whole).hasSize(TOKENS + TOKENS / 20 + 1).endsWith("completed " + (TOKENS + 1));
        assertThat(later).hasSizeGreaterThan(10);
        for (int i = 0; i < later.size(); i++) {
            assertThat(Recorder.words(later.get(i).all()))
                    .as("subscriber %d, from event %d", i, starts.get(i))
                    .isEqualTo(whole.subList(starts.get(i), whole.size()));
        }
    }

    @Test
    void a_subscriber_who_is_slow_falls_back_to_the_log_and_loses_nothing() {
        var job = submit(gateway);
        var hold = new AtomicReference<Subscription>();
        var slow = new Recorder(events -> pauseAWhile(hold.get(), events));
        var fast = new Recorder();
        subscribe(gateway, job, fast);
        hold.set(subscribe(gateway, job, slow));
        long before = gateway.fallBacks();

        write(job);

        assertThat(Recorder.words(slow.all())).isEqualTo(Recorder.words(fast.all()));
        assertThat(gateway.fallBacks()).as("it was slow").isGreaterThan(before);
    }

    private static void pauseAWhile(@Nullable Subscription subscription, List<StreamEvent> events) {
        if (subscription != null && events.getLast().sequence() % 3 == 0) {
            subscription.pause();
            log.vertx.setTimer(200, _ -> subscription.resume());
        }
    }

    /** A claim after every 20 tokens, and after it what the earlier attempts still say. */
    private static void write(JobId job) {
        int attempt = 0;
        for (int sequence = 1; sequence <= TOKENS; sequence++) {
            if (sequence % 20 == 1) {
                log.worker.claim(job, ++attempt);
                log.worker.claim(job, attempt); // a late one
            }
            if (attempt > 1) {
                log.worker.delta(job, attempt - 1, sequence);
            }
            log.worker.delta(job, attempt, sequence);
            log.worker.delta(job, attempt, sequence); // once more
            if (sequence % 4 == 0) {
                log.worker.flush();
            }
        }
        log.worker.completed(job, attempt, TOKENS + 1);
        log.worker.flush();
    }

    @Test
    void what_nobody_has_to_read_is_not_read() {
        var job = submit(gateway);
        until("the live tail knows the job", () -> gateway.knows(job));
        long before = gateway.portions();
        var recorder = new Recorder();
        subscribe(gateway, job, recorder);

        log.worker.answer(job, 1, 1, 5);

        assertThat(recorder.all()).hasSize(7);
        assertThat(gateway.portions()).isEqualTo(before);
    }
}
