package dev.millrace.workers.run;

import static dev.millrace.workers.run.FakeEngine.DONE;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.Topics;
import dev.millrace.workers.run.FakeEngine.End;
import dev.millrace.workers.run.FakeEngine.Stall;
import dev.millrace.workers.run.FakeEngine.Step;
import dev.millrace.workers.run.FakeEngine.Then;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

class SlotTest {
    private static final Standing.Outside OVER = new Standing.Over();
    private static final Standing.Outside NOT_MINE = new Standing.NotMine(1);

    private final List<String> journal = new ArrayList<>();
    private final FakeEngine engine = new FakeEngine(journal);
    private final Tally tally = new Tally();
    private final Drain drain = new Drain();
    private final Running running = new Running();
    private final Deque<Claim> queue = new ArrayDeque<>();
    private Duration firstStep = Duration.ZERO;

    /** A claim that wins its stream at once; its end is seen in the log. */
    private FakeClaim claim(int deliveryCount) {
        return new FakeClaim(journal, deliveryCount);
    }

    private Standing mine(Standing.Outside afterEnd, Standing.Outside onReview) {
        return new Standing.Mine(new FakeTenure(journal, afterEnd, onReview));
    }

    /** Runs the slot until the queue is empty; drains then. */
    private void serve(Claim... claims) {
        queue.addAll(List.of(claims));
        slot().run();
    }

    private Slot slot() {
        return slot(() -> {
            if (queue.isEmpty()) {
                drain.begin();
            }
            return Optional.ofNullable(queue.poll());
        });
    }

    private Slot slot(Supplier<Optional<Claim>> next) {
        var claims =
                new Claims() {
                    @Override
                    public Optional<Claim> next() {
                        return next.get();
                    }

                    @Override
                    public void close() {}
                };
        var crew = new Crew(engine, running, drain, tally, () -> Instant.EPOCH, firstStep);
        return new Slot(claims, crew);
    }

    @Test
    void a_job_is_accepted_only_after_its_end_has_been_seen_in_the_log() {
        engine.plays(new Step(), new End(DONE));

        serve(claim(1).finds(mine(OVER, OVER)));

        assertThat(journal)
                .containsExactly("claim 1", "start", "renew", "end completed", "close", "accept");
        assertThat(tally.accepted.sum()).isEqualTo(1);
    }

    @Test
    void a_stream_that_has_ended_is_accepted_without_computing() {
        serve(claim(3).finds(OVER));

        assertThat(journal).containsExactly("claim 3", "accept");
        assertThat(tally.redeliveries.sum()).isEqualTo(1);
    }

    @Test
    void a_void_claim_is_made_again_above_the_newest_only_after_a_renewal() {
        engine.plays(new End(DONE));

        serve(claim(1).finds(new Standing.NotMine(4)).finds(mine(OVER, OVER)));

        assertThat(journal)
                .containsExactly(
                        "claim 1", "renew", "claim 5", "start", "end completed", "close", "accept");
    }

    @Test
    void a_void_claim_without_a_renewal_leaves_the_job_to_others() {
        serve(claim(1).finds(new Standing.NotMine(4)).renews(false));

        assertThat(journal).containsExactly("claim 1", "renew");
        assertThat(tally.lost.sum()).isEqualTo(1);
        assertThat(tally.renewMisses.sum()).isEqualTo(1);
    }

    @Test
    void a_void_end_is_no_end() {
        engine.plays(new End(DONE), new End(DONE));

        serve(claim(1).finds(mine(new Standing.NotMine(2), OVER)).finds(mine(OVER, OVER)));

        assertThat(journal)
                .containsExactly(
                        "claim 1",
                        "start",
                        "end completed",
                        "close",
                        "renew",
                        "claim 3",
                        "start",
                        "end completed",
                        "close",
                        "accept");
    }

    @Test
    void a_void_end_without_a_renewal_is_not_accepted() {
        engine.plays(new End(DONE));

        serve(claim(1).finds(mine(NOT_MINE, OVER)).renews(false));

        assertThat(journal).endsWith("end completed", "close", "renew");
    }

    @Test
    void a_failed_renewal_stops_the_work_and_ends_nothing() {
        engine.plays(new Step(), new Step());

        serve(claim(1).finds(mine(OVER, OVER)).renews(true, false));

        assertThat(journal).containsExactly("claim 1", "start", "renew", "renew", "stop", "close");
        assertThat(tally.lost.sum()).isEqualTo(1);
    }

    @Test
    void an_engine_that_makes_no_step_loses_its_job() {
        engine.plays(new Step(), new Stall());

        serve(claim(1).finds(mine(OVER, OVER)));

        assertThat(journal)
                .containsExactly("claim 1", "start", "renew", "stop", "close", "release");
        assertThat(tally.hangs.sum()).isEqualTo(1);
    }

    @Test
    void the_first_step_may_take_longer_than_a_renewal() {
        firstStep = Duration.ofSeconds(30);
        engine.plays(new Stall(), new Stall(), new End(DONE));

        serve(claim(1).finds(mine(OVER, OVER)));

        assertThat(journal)
                .containsExactly(
                        "claim 1", "start", "renew", "renew", "end completed", "close", "accept");
    }

    @Test
    void a_slot_takes_no_job_while_its_engine_hangs() {
        engine.plays(new Stall(), new Stall(), new Stall(), new Step());
        queue.add(claim(1).finds(mine(OVER, OVER)));
        queue.add(claim(2).finds(OVER));

        slot().run();

        assertThat(journal)
                .containsExactly(
                        "claim 1", "start", "stop", "close", "release", "claim 2", "accept");
        assertThat(engine.isPlayedOut()).isTrue();
        assertThat(tally.stuck.get()).isZero();
    }

    @Test
    void a_drain_takes_no_more_jobs() {
        drain.begin();

        serve(claim(1).finds(OVER));

        assertThat(journal).isEmpty();
    }

    @Test
    void a_job_that_is_acquired_while_the_drain_begins_is_given_back_unclaimed() {
        var slot =
                slot(() -> {
                    drain.begin();
                    return Optional.of(claim(1).finds(mine(OVER, OVER)));
                });

        slot.run();

        assertThat(journal).containsExactly("release");
    }

    @Test
    void a_job_is_handed_over_after_the_last_event_is_flushed() {
        queue.add(claim(1).finds(mine(OVER, NOT_MINE)));
        var slot = slot();
        engine.plays(new Then(() -> handOver(slot)), new Step());

        slot.run();

        assertThat(journal)
                .containsExactly(
                        "claim 1", "start", "stop", "renew", "flush", "review", "close", "release");
    }

    @Test
    void a_job_in_its_last_delivery_is_finished_and_not_handed_over() {
        queue.add(claim(Topics.DELIVERY_LIMIT).finds(mine(OVER, OVER)));
        var slot = slot();
        engine.plays(new Then(() -> handOver(slot)), new End(DONE));

        slot.run();

        assertThat(journal)
                .containsExactly("claim 10", "start", "renew", "end completed", "close", "accept");
    }

    @Test
    void a_stream_lost_in_the_last_delivery_is_claimed_again_even_while_draining() {
        queue.add(
                claim(Topics.DELIVERY_LIMIT)
                        .finds(mine(new Standing.NotMine(12), OVER))
                        .finds(mine(OVER, OVER)));
        var slot = slot();
        engine.plays(new Then(() -> handOver(slot)), new End(DONE), new End(DONE));

        slot.run();

        assertThat(journal)
                .endsWith("renew", "claim 13", "start", "end completed", "close", "accept");
    }

    private void handOver(Slot slot) {
        drain.handOver();
        slot.handOver();
    }

    @Test
    void a_cancelled_job_is_accepted_once_the_log_says_so() {
        var claim = claim(1).finds(mine(OVER, OVER));
        engine.plays(new Then(() -> running.stop(claim.job().id().key())), new Step());

        serve(claim);

        assertThat(journal)
                .containsExactly("claim 1", "start", "stop", "renew", "review", "close", "accept");
    }

    @Test
    void a_job_that_only_seemed_cancelled_is_claimed_again() {
        var claim = claim(1).finds(mine(OVER, NOT_MINE)).finds(mine(OVER, OVER));
        engine.plays(
                new Then(() -> running.stop(claim.job().id().key())), new Step(), new End(DONE));

        serve(claim);

        assertThat(journal).endsWith("claim 2", "start", "end completed", "close", "accept");
    }

    @Test
    void an_engine_that_throws_ends_the_stream() {
        engine.breaksWith(new IllegalStateException("planted"));

        serve(claim(1).finds(mine(OVER, OVER)));

        assertThat(journal).containsExactly("claim 1", "start", "end failed", "close", "accept");
    }

    @Test
    void an_error_of_the_process_leaves_the_job_to_others() {
        engine.breaksWith(new OutOfMemoryError("planted"));

        serve(claim(1).finds(mine(OVER, OVER)));

        assertThat(journal).containsExactly("claim 1", "start", "flush", "close", "release");
    }

    @Test
    void an_error_in_the_last_delivery_ends_the_stream() {
        engine.breaksWith(new OutOfMemoryError("planted"));

        serve(claim(Topics.DELIVERY_LIMIT).finds(mine(OVER, OVER)));

        assertThat(journal).containsExactly("claim 10", "start", "end failed", "close", "accept");
    }

    @Test
    void a_stream_that_cannot_be_held_is_given_back() {
        var claim = claim(1);
        for (int i = 1; i <= 20; i++) {
            claim.finds(new Standing.NotMine(i));
        }

        serve(claim);

        assertThat(journal).filteredOn(line -> line.startsWith("claim")).hasSize(10);
        assertThat(journal).endsWith("release");
    }

    @Test
    void a_log_that_is_away_costs_the_delivery_and_not_the_slot() {
        serve(claim(1), claim(2).finds(OVER));

        assertThat(journal).containsExactly("claim 1", "release", "claim 2", "accept");
    }
}
