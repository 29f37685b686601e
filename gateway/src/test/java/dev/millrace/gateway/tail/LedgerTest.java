package dev.millrace.gateway.tail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.JobKey;

import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

final class LedgerTest {
    private static final Duration AGAIN = Duration.ofSeconds(10);
    private final JobKey job = JobKey.random();
    private final LogRecords log = new LogRecords();
    private final Ledger ledger = new Ledger();

    @Test
    void a_stream_is_open_from_accepted_to_its_end() {
        var opened = ledger.apply(log.accepted(job));
        assertThat(opened).isInstanceOf(Ledger.Opened.class);
        assertThat(ledger.find(job)).isPresent();
        ledger.apply(log.claimed(job, 1));

        assertThat(ledger.apply(log.completed(job, 1, 1))).isInstanceOf(Ledger.Ended.class);

        assertThat(ledger.find(job)).isEmpty();
        assertThat(due(log.now().plus(LogRecords.DEADLINE))).isEmpty();
    }

    @Test
    void a_void_end_ends_nothing() {
        ledger.apply(log.accepted(job));
        ledger.apply(log.claimed(job, 1));
        ledger.apply(log.claimed(job, 2));

        assertThat(ledger.apply(log.completed(job, 1, 1))).isInstanceOf(Ledger.Dropped.class);
        assertThat(ledger.apply(log.completed(job, 2, 7))).isInstanceOf(Ledger.Dropped.class);

        assertThat(ledger.find(job)).isPresent();
        assertThat(due(log.now().plus(LogRecords.DEADLINE))).hasSize(1);
    }

    @Test
    void a_stream_is_due_when_its_deadline_has_passed_since_accepted_and_not_before() {
        ledger.apply(log.accepted(job));
        var due = log.now().plus(LogRecords.DEADLINE);
        log.later(Duration.ofSeconds(59));
        ledger.apply(log.claimed(job, 1));

        assertThat(due(due.minusMillis(1))).isEmpty();
        assertThat(due(due)).extracting(stream -> stream.job().key()).containsExactly(job);
    }

    @Test
    void what_is_due_is_named_again_only_after_a_while_and_not_once_it_has_ended() {
        ledger.apply(log.accepted(job));
        var due = log.now().plus(LogRecords.DEADLINE);
        assertThat(due(due)).hasSize(1);

        assertThat(due(due.plus(AGAIN).minusMillis(1))).isEmpty();
        assertThat(due(due.plus(AGAIN))).hasSize(1);

        ledger.apply(log.closing(job, new Body.Expired()));
        assertThat(due(due.plus(AGAIN.multipliedBy(5)))).isEmpty();
    }

    @Test
    void the_earliest_come_first_and_no_more_than_asked_for() {
        var jobs = List.of(JobKey.random(), JobKey.random(), JobKey.random());
        for (var each : jobs) {
            ledger.apply(log.accepted(each));
            log.later(Duration.ofSeconds(1));
        }

        var some = ledger.due(log.now().plus(LogRecords.DEADLINE), AGAIN, 2);

        assertThat(some)
                .extracting(stream -> stream.job().key())
                .containsExactlyElementsOf(jobs.subList(0, 2));
    }

    @Test
    void accepted_twice_begins_once() {
        var first = log.accepted(job);
        ledger.apply(first);

        assertThat(ledger.apply(log.accepted(job))).isInstanceOf(Ledger.Dropped.class);

        assertThat(ledger.find(job).orElseThrow().job().offset()).isEqualTo(first.offset());
    }

    private List<OpenStream> due(Instant now) {
        return ledger.due(now, AGAIN, 100);
    }
}
