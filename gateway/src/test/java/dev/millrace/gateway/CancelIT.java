package dev.millrace.gateway;

import static dev.millrace.gateway.LogHarness.await;
import static dev.millrace.gateway.LogHarness.submit;
import static dev.millrace.gateway.LogHarness.subscribe;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.EventType;

import org.junit.jupiter.api.Test;

import java.util.EnumMap;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.LockSupport;

final class CancelIT {
    private static final int ROUNDS = Integer.getInteger("millrace.cancel.rounds", 150);

    @Test
    void what_a_cancel_answers_is_what_the_log_says_however_it_races_with_the_end() {
        var random = new Random(11);
        Map<EventType, Integer> answers = new EnumMap<>(EventType.class);
        try (var log = new LogHarness(2);
                var one = log.gateway("one");
                var two = log.gateway("two")) {
            for (int round = 0; round < ROUNDS; round++) {
                var job = submit(one);
                long delay = random.nextLong(3_000_000);
                var work = CompletableFuture.runAsync(() -> log.worker.answer(job, 1, 1, 3));
                LockSupport.parkNanos(delay);

                var answer = await(two.jobs().cancel(job, ""));
                work.join();

                var recorder = new Recorder();
                subscribe(one, job, recorder);
                assertThat(answer).as("round %d", round).isEqualTo(recorder.all().getLast().type());
                answers.merge(answer, 1, Integer::sum);
            }
        }
        System.out.println("cancel answered " + answers);
        assertThat(answers).containsKeys(EventType.CANCELLED, EventType.COMPLETED);
    }
}
