package dev.millrace.gateway.stream;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.gateway.tail.LogRecord;
import dev.millrace.gateway.tail.LogRecords;
import dev.millrace.protocol.Body;
import dev.millrace.protocol.Cursor;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.JobKey;

import io.vertx.core.Context;

import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.function.Consumer;

/** A follower against a simulated log, whose every interleaving is drawn from a seed. */
final class FollowerTest {
    /**
     * Slow and fast readers, zombies on both sides of every hand-over, pauses, overflows and failed
     * reads: whatever happens, the follower is told what a plain reader of the whole log is told.
     */
    @RepeatedTest(300)
    void is_told_exactly_what_a_plain_reader_is_told(RepetitionInfo info) {
        var random = new Random(info.getCurrentRepetition());
        var world = new World(random);
        var whole = world.plainReader(Cursor.at(world.job));
        int start = random.nextInt(whole.size());
        var after = start == 0 ? Cursor.at(world.job) : whole.get(start - 1).cursor();
        world.runUntil(after.offset() + 1 + random.nextInt(100));

        var told = world.follow(after);

        assertThat(told).isEqualTo(whole.subList(start, whole.size()));
        assertThat(world.isJoined).as("still told by the live tail").isFalse();
    }

    @Test
    void a_paused_follower_costs_no_more_than_its_small_queue() {
        var world = new World(new Random(1));
        world.runUntil(1);
        var follower = world.start(Cursor.at(world.job));
        world.settle();
        follower.pause();

        world.runToTheEnd();

        assertThat(world.isJoined).as("still told by the live tail").isFalse();
        assertThat(world.told).isEmpty();
        follower.resume();
        world.settle();
        assertThat(world.told).isEqualTo(world.plainReader(Cursor.at(world.job)));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 5})
    void a_closed_follower_is_told_nothing_more(int before) {
        var world = new World(new Random(2));
        world.runUntil(1);
        var follower = world.start(Cursor.at(world.job));
        world.runUntil(1 + before);
        world.settle();
        int told = world.told.size();

        follower.close();
        world.runToTheEnd();

        assertThat(world.told).hasSize(told);
        assertThat(world.isJoined).isFalse();
    }

    @Test
    void a_subscriber_that_throws_is_failed_and_nobody_else_notices() {
        var world = new World(new Random(3));
        world.reaction =
                _ -> {
                    throw new IllegalStateException("broken");
                };
        world.runUntil(1);
        world.start(Cursor.at(world.job));

        world.runToTheEnd();

        assertThat(world.failure).hasMessage("broken");
        assertThat(world.isJoined).isFalse();
    }

    /** One partition, one follower, and a queue of what is yet to happen. */
    private static final class World implements Sources, Subscriber {
        private static final int SPAN = 7;

        /** The follower only says which it is. */
        private static final Context NOWHERE =
                (Context)
                        Proxy.newProxyInstance(
                                Context.class.getClassLoader(),
                                new Class<?>[] {Context.class},
                                (_, method, _) -> {
                                    throw new AssertionError("unexpected: " + method);
                                });

        final JobId job;
        final List<StreamEvent> told = new ArrayList<>();
        final List<Runnable> onContext = new ArrayList<>(); // in order
        final List<Runnable> reads = new ArrayList<>(); // in any order
        final Random random;
        final List<LogRecord> log;
        Consumer<List<StreamEvent>> reaction = _ -> {};
        Throwable failure = new Exception("none");
        private @Nullable Follower follower;
        boolean isJoined;
        int position; // of the live tail

        World(Random random) {
            this.random = random;
            var key = JobKey.random();
            this.log = randomLog(random, key);
            this.job = new JobId(0, 0, key);
        }

        private static List<LogRecord> randomLog(Random random, JobKey job) {
            var log = new LogRecords();
            var other = JobKey.random();
            var text = "x".repeat(random.nextInt(3) * 7_000);
            log.accepted(job);
            int attempt = 0;
            int sequence = 0;
            for (int i = 0; i < 300; i++) {
                switch (random.nextInt(8)) {
                    case 0 -> log.claimed(job, ++attempt);
                    case 1 -> log.claimed(job, Math.max(1, attempt - 1)); // void
                    case 2 -> log.delta(job, Math.max(1, attempt - 1), sequence + 1, text);
                    case 3 -> log.delta(job, attempt, sequence + 2, text); // after a gap
                    case 4 -> log.delta(other, 1, i, text);
                    default -> {
                        if (attempt > 0) {
                            log.delta(job, attempt, ++sequence, text);
                        }
                    }
                }
                if (attempt > 1 && sequence > 0 && log.all().getLast().mark().attempt() < attempt) {
                    log.completed(job, attempt - 1, sequence + 1); // void
                }
            }
            log.closing(job, new Body.Cancelled());
            log.closing(job, new Body.Expired()); // void
            return log.all();
        }

        List<StreamEvent> plainReader(Cursor from) {
            return portion(from, from.offset() + 1, log.size() - 1, Integer.MAX_VALUE).events();
        }

        private Portion portion(Cursor from, long first, long last, int most) {
            var events = new ArrayList<StreamEvent>();
            var reader = from;
            for (var record : log.subList((int) first, (int) last + 1)) {
                if (record.job().equals(job.key())) {
                    var event = Telling.next(reader, record);
                    if (event.isPresent()) {
                        events.add(event.get());
                        reader = event.get().cursor();
                        if (events.size() == most) {
                            return new Portion(events, record.offset());
                        }
                    }
                }
            }
            return new Portion(events, last);
        }

        Follower start(Cursor after) {
            follower = new Follower(job, after, NOWHERE, this, this);
            follower().start();
            return follower();
        }

        private Follower follower() {
            return Objects.requireNonNull(follower);
        }

        List<StreamEvent> follow(Cursor after) {
            start(after);
            while (position < log.size() || !onContext.isEmpty() || !reads.isEmpty()) {
                step();
            }
            follower().resume();
            settle();
            return told;
        }

        private void step() {
            switch (random.nextInt(20)) {
                case 0, 1, 2 -> liveBatch(1 + random.nextInt(6));
                case 3 -> liveBatch(1 + random.nextInt(40));
                case 4 -> follower().pause();
                case 5, 6 -> follower().resume();
                case 7, 8, 9, 10, 11 -> runFirst(onContext);
                default -> runAny(reads);
            }
        }

        void runUntil(long offset) {
            while (position < Math.min(offset, log.size())) {
                liveBatch(1);
            }
        }

        void runToTheEnd() {
            runUntil(log.size());
            settle();
        }

        void settle() {
            while (!onContext.isEmpty() || !reads.isEmpty()) {
                runFirst(onContext);
                runFirst(reads);
            }
        }

        /** As the live tail does it: the position first, then whoever has joined. */
        private void liveBatch(int records) {
            int from = position;
            position = Math.min(log.size(), from + records);
            var delivery = new ArrayList<LogRecord>();
            for (var record : log.subList(from, position)) {
                if (isJoined && record.job().equals(job.key()) && follower().hasRoomFor(record)) {
                    delivery.add(record);
                }
            }
            if (!delivery.isEmpty()) {
                onContext.add(() -> follower().arrive(delivery));
            }
        }

        private static void runFirst(List<Runnable> actions) {
            if (!actions.isEmpty()) {
                actions.removeFirst().run();
            }
        }

        private void runAny(List<Runnable> actions) {
            if (!actions.isEmpty()) {
                actions.remove(random.nextInt(actions.size())).run();
            }
        }

        @Override
        public long join(Follower follower, Cursor cursor) {
            isJoined = true;
            return position;
        }

        @Override
        public void leave(Follower follower) {
            isJoined = false;
        }

        @Override
        public void fellBack() {}

        @Override
        public void later(Follower follower, Runnable action) {
            reads.add(action);
        }

        @Override
        public void read(
                Follower follower, Cursor reader, long from, long to, Sources.Answer answer) {
            reads.add(() -> {
                if (random.nextInt(10) == 0) {
                    answer.failed(new KafkaException("away"));
                } else {
                    answer.portion(portion(reader, from, Math.min(to, from + SPAN), 3));
                }
            });
        }

        @Override
        public void next(List<StreamEvent> events) {
            told.addAll(events);
            reaction.accept(events);
        }

        @Override
        public void failed(Throwable cause) {
            failure = cause;
        }
    }
}
