package dev.millrace.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.protocol.Topics;

import org.apache.kafka.clients.consumer.AcknowledgeType;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.errors.InvalidRecordStateException;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * How a share group hands out jobs: one per slot, to one slot at a time, and again if that slot is
 * lost.
 */
interface ClaimContract {
    Duration LONG_LOCK = Duration.ofSeconds(30);
    Duration SHORT_LOCK = Duration.ofSeconds(2);

    /** Long enough for a job to arrive at a slot that is already a member, if one comes at all. */
    Duration A_WHILE = Duration.ofSeconds(2);

    String bootstrap();

    @Test
    default void each_slot_is_given_one_job_and_no_second_until_it_settles() throws Exception {
        try (var queue = new Queue(bootstrap(), LONG_LOCK)) {
            queue.send("one", "two", "three");
            var slot = queue.slot();
            var other = queue.slot();

            var first = slot.claim();
            var second = other.claim();

            assertThat(List.of(text(first), text(second))).containsExactlyInAnyOrder("one", "two");
            assertThatThrownBy(slot::pollAgain).isInstanceOf(IllegalStateException.class);
            assertThat(slot.renew(first).offset()).isEqualTo(first.offset());
            assertThat(slot.settle(first, AcknowledgeType.ACCEPT)).isEmpty();
            assertThat(text(slot.claim())).isEqualTo("three");
        }
    }

    @Test
    default void a_job_is_given_to_another_slot_at_once_when_its_holders_connection_dies()
            throws Exception {
        try (var queue = new Queue(bootstrap(), LONG_LOCK)) {
            queue.send("job");
            var holder = Holder.start(bootstrap(), queue);
            assertThat(holder.inputReader().readLine()).isEqualTo("holds 1");
            var survivor = queue.slot();
            assertThat(survivor.claim(A_WHILE)).isEmpty();
            queue.awaitMembers(2);

            holder.destroyForcibly();

            var job = survivor.claim(LONG_LOCK.dividedBy(2)).orElseThrow();
            assertThat(text(job)).isEqualTo("job");
            assertThat(job.deliveryCount()).contains((short) 2);
        }
    }

    @Test
    default void
            a_job_is_given_to_another_slot_when_its_lock_runs_out_and_the_first_can_no_longer_accept()
                    throws Exception {
        try (var queue = new Queue(bootstrap(), SHORT_LOCK)) {
            queue.send("job");
            var sleeper = queue.slot();
            var other = queue.slot();
            var held = sleeper.claim();

            var again = other.claim();

            assertThat(again.offset()).isEqualTo(held.offset());
            assertThat(again.deliveryCount()).contains((short) 2);
            assertThat(sleeper.settle(held, AcknowledgeType.ACCEPT))
                    .containsInstanceOf(InvalidRecordStateException.class);
            assertThat(other.settle(again, AcknowledgeType.ACCEPT)).isEmpty();
        }
    }

    @Test
    default void a_renewed_job_stays_with_its_slot_beyond_the_lock() throws Exception {
        try (var queue = new Queue(bootstrap(), SHORT_LOCK)) {
            queue.send("job");
            var slot = queue.slot();
            var other = queue.slot();
            var held = slot.claim();
            var end = System.nanoTime() + SHORT_LOCK.multipliedBy(3).toNanos();

            var stolen = new ArrayList<ConsumerRecord<byte[], byte[]>>();
            while (System.nanoTime() < end) {
                held = slot.renew(held);
                other.claim(SHORT_LOCK.dividedBy(4)).ifPresent(stolen::add);
            }

            assertThat(stolen).isEmpty();
            assertThat(held.deliveryCount()).contains((short) 1);
            assertThat(slot.settle(held, AcknowledgeType.ACCEPT)).isEmpty();
        }
    }

    @Test
    default void a_released_job_comes_again_and_counts() throws Exception {
        try (var queue = new Queue(bootstrap(), LONG_LOCK)) {
            queue.send("job");
            var slot = queue.slot();

            slot.settle(slot.claim(), AcknowledgeType.RELEASE);

            assertThat(slot.claim().deliveryCount()).contains((short) 2);
        }
    }

    @Test
    default void one_partition_is_shared_fairly_by_many_slots() throws Exception {
        var slots = 4;
        var jobs = 40;
        try (var queue = new Queue(bootstrap(), LONG_LOCK);
                var crew = new Crew(Stream.generate(queue::slot).limit(slots).toList())) {
            queue.awaitMembers(slots);

            queue.send(numbered(jobs));

            assertThat(crew.awaitDone(jobs)).allMatch(done -> done >= jobs / slots / 2);
        }
    }

    @Test
    default void
            the_window_from_the_oldest_unfinished_job_to_the_newest_is_the_largest_kafka_allows()
                    throws Exception {
        try (var queue = new Queue(bootstrap(), LONG_LOCK)) {
            assertThat(queue.setting("share.partition.max.record.locks"))
                    .isEqualTo(Integer.toString(Topics.RECORD_LOCKS));
        }
    }

    @Test
    default void a_job_that_stays_unfinished_stops_the_queue_a_window_later_until_it_is_settled()
            throws Exception {
        var window = 100; // Kafka's smallest
        try (var queue = new Queue(bootstrap(), LONG_LOCK)) {
            queue.set("share.partition.max.record.locks", Integer.toString(window));
            queue.sendOneByOne(numbered(2 * window));
            var slow = queue.slot();
            var fast = queue.slot();
            var held = slow.claim();

            var finished = finishAll(fast);

            assertThat(finished).isBetween(window - 2, window);
            slow.settle(held, AcknowledgeType.ACCEPT);
            assertThat(fast.claim(Queue.PATIENCE)).isPresent();
        }
    }

    private static int finishAll(Slot slot) {
        var finished = 0;
        for (var job = slot.claim(Queue.PATIENCE); job.isPresent(); job = slot.claim(A_WHILE)) {
            slot.settle(job.get(), AcknowledgeType.ACCEPT);
            finished++;
        }
        return finished;
    }

    private static String[] numbered(int count) {
        return IntStream.range(0, count).mapToObj(Integer::toString).toArray(String[]::new);
    }

    private static String text(ConsumerRecord<byte[], byte[]> job) {
        return new String(job.value(), UTF_8);
    }
}
