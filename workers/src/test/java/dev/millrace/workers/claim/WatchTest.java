package dev.millrace.workers.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.Cursor;
import dev.millrace.protocol.EventType;
import dev.millrace.protocol.Fence;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.JobKey;
import dev.millrace.protocol.Mark;

import org.junit.jupiter.api.Test;

import java.time.Duration;

class WatchTest {
    private static final Mark DONE = new Mark(EventType.COMPLETED, 2, 5);

    private final Watch watch = new Watch(new JobId(0, 10, new JobKey(1, 2)));

    /** The worker's claim at offset 20 with attempt 2, after four events. */
    private void start() {
        watch.start(new Cursor(20, new Fence(2, 4)));
    }

    @Test
    void a_stream_is_not_ours_before_the_read_back() {
        assertThat(watch.isOurs()).isFalse();

        start();

        assertThat(watch.isOurs()).isTrue();
    }

    @Test
    void records_before_the_claim_do_not_count_after_the_read_back() {
        watch.see(15, Mark.claim(9));
        watch.see(20, Mark.claim(2));
        start();

        assertThat(watch.isOurs()).isTrue();
    }

    @Test
    void a_newer_claim_during_the_read_back_is_not_missed() {
        watch.see(20, Mark.claim(2));
        watch.see(21, Mark.claim(3));
        start();

        assertThat(watch.isOurs()).isFalse();
    }

    @Test
    void a_newer_claim_takes_the_stream_away() {
        start();
        watch.see(21, Mark.claim(3));

        assertThat(watch.isOurs()).isFalse();
    }

    @Test
    void a_claim_with_the_same_number_takes_nothing_away() {
        start();
        watch.see(21, Mark.claim(2));

        assertThat(watch.isOurs()).isTrue();
    }

    @Test
    void a_closing_event_takes_the_stream_away() {
        start();
        watch.see(21, Mark.closing(EventType.CANCELLED));

        assertThat(watch.isOurs()).isFalse();
    }

    @Test
    void ones_own_end_is_seen_to_be_valid() throws Exception {
        start();
        watch.see(25, DONE);

        assertThat(watch.after(25, Duration.ZERO)).contains(new Fence(Fence.TOP, 5));
    }

    @Test
    void ones_own_end_behind_a_newer_claim_is_seen_to_be_void() throws Exception {
        start();
        watch.see(24, Mark.claim(3));
        watch.see(25, DONE);

        assertThat(watch.after(25, Duration.ZERO)).contains(new Fence(3, 4));
    }

    @Test
    void an_end_that_was_not_seen_is_unknown() throws Exception {
        start();
        watch.see(24, new Mark(EventType.DELTA, 2, 5));

        assertThat(watch.after(25, Duration.ZERO)).isEmpty();
    }

    @Test
    void more_early_records_than_are_kept_leave_the_stream_unowned() {
        for (int i = 0; i < 5000; i++) {
            watch.see(11 + i, new Mark(EventType.DELTA, 1, i));
        }
        watch.start(new Cursor(6000, new Fence(2, 4)));

        assertThat(watch.isOurs()).isFalse();
    }

    @Test
    void a_follower_that_fell_out_of_the_log_leaves_the_stream_unowned() {
        start();
        watch.lose();

        assertThat(watch.isOurs()).isFalse();
    }
}
