package dev.millrace.workers.claim;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.Event;
import dev.millrace.protocol.FinishReason;
import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.Place;
import dev.millrace.protocol.Usage;
import dev.millrace.protocol.kafka.StreamReader;
import dev.millrace.workers.Cluster;
import dev.millrace.workers.emit.Emitter;
import dev.millrace.workers.run.Claim;
import dev.millrace.workers.run.History;
import dev.millrace.workers.run.Standing;
import dev.millrace.workers.run.Tally;
import dev.millrace.workers.run.Tenure;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;

/** What one worker's claim does to another's, on a real broker. */
class TakeOverIT {
    private static final Duration LOCK = Duration.ofSeconds(3);
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Body.Terminal DONE =
            new Body.Completed(FinishReason.STOP, new Usage(1, 1));

    private final Cluster cluster = new Cluster(LOCK);
    private final Deque<AutoCloseable> open = new ArrayDeque<>();
    private final ModelId model = cluster.model("takeover").model();

    /** One worker's side of the log. */
    private record Side(Emitter emitter, Follower follower, KafkaClaims claims, Tally tally) {
        Claim next() {
            long deadline = System.nanoTime() + PATIENCE.toNanos();
            while (System.nanoTime() < deadline) {
                var claim = claims.next();
                if (claim.isPresent()) {
                    return claim.get();
                }
            }
            throw new AssertionError("no job was handed out");
        }
    }

    private Side side(String name) {
        var settings = cluster.settings();
        var tally = new Tally();
        var emitter = new Emitter(settings, name, tally);
        var follower = new Follower(settings);
        Thread.ofPlatform().name(name).start(follower);
        var claims =
                new KafkaClaims(
                        settings,
                        model,
                        LOCK,
                        emitter,
                        follower,
                        tally,
                        new Window(),
                        new Entrance());
        open.push(emitter);
        open.push(follower);
        open.push(claims);
        return new Side(emitter, follower, claims, tally);
    }

    @AfterEach
    void close() throws Exception {
        for (var resource : open) {
            resource.close();
        }
        cluster.close();
    }

    private static Tenure mine(Standing standing) {
        assertThat(standing).isInstanceOf(Standing.Mine.class);
        return ((Standing.Mine) standing).tenure();
    }

    private static void say(Tenure tenure, int from, int to) {
        for (int i = from; i < to; i++) {
            tenure.telling().say(new Body.Delta(" " + i, i));
        }
        tenure.flush();
    }

    @Test
    void a_worker_past_its_lock_is_not_heard_and_cannot_accept() {
        var job = cluster.submit(cluster.model("takeover"), 4);
        var slow = side("slow");
        var quick = side("quick");
        var late = slow.next();
        var lateTenure = mine(late.takeOver(late.deliveryCount()));
        say(lateTenure, 0, 3);

        var claim = quick.next();
        var tenure = mine(claim.takeOver(claim.deliveryCount()));
        say(tenure, 3, 5);
        // the zombie writes on, whatever it may know
        for (int i = 4; i < 9; i++) {
            var place = new Place(job.id().key(), 1, i);
            cluster.say(job, new Event(place, new Body.Delta(" zombie", 0)));
        }
        var lateEnd = lateTenure.end(DONE);
        say(tenure, 5, 6);

        assertThat(claim.deliveryCount()).isEqualTo(2);
        assertThat(tenure.history().said()).hasSize(3);
        assertThat(lateEnd).isEqualTo(new Standing.NotMine(2));
        assertThat(late.renew()).isFalse();
        assertThat(tenure.end(DONE)).isEqualTo(new Standing.Over());
        assertThat(Cluster.text(cluster.stream(job))).isEqualTo(" 0 1 2 3 4 5");
        claim.accept();
    }

    @Test
    void an_end_that_is_void_is_no_end() {
        var job = cluster.submit(cluster.model("takeover"), 4);
        var side = side("one");
        var claim = side.next();
        var watch = ((KafkaTenure) mine(claim.takeOver(1))).watch();
        cluster.say(job, Event.claimed(job.id().key(), 5, new Body.Claimed("other")));

        // it has not heard of the other yet: its end is sent, and lands behind the other's claim
        var deaf = side.emitter().open(job, 1, 0, () -> true);
        var reader = new StreamReader(cluster.settings());
        open.push(reader);
        var outlook = new Outlook(side.emitter(), side.follower(), reader, side.tally());
        var standing = new KafkaTenure(History.NONE, deaf, watch, outlook).end(DONE);

        assertThat(standing).isEqualTo(new Standing.NotMine(5));
        assertThat(cluster.now(job).getLast().body()).isEqualTo(DONE);
        assertThat(cluster.now(job).getLast().isValid()).isFalse();
        var again = mine(claim.takeOver(6));
        assertThat(again.end(DONE)).isEqualTo(new Standing.Over());
        claim.accept();
    }

    @Test
    void a_count_that_repeats_after_a_broker_restart_does_not_repeat_the_claim() {
        var job = cluster.submit(cluster.model("takeover"), 4);
        var first = side("first");
        var held = first.next();
        var heldTenure = mine(held.takeOver(held.deliveryCount()));
        say(heldTenure, 0, 2);

        cluster.broker().restart();
        var second = side("second");
        var claim = second.next();
        var void1 = claim.takeOver(claim.deliveryCount());

        assertThat(claim.deliveryCount()).isEqualTo(held.deliveryCount());
        assertThat(void1).isEqualTo(new Standing.NotMine(1));
        assertThat(claim.renew()).isTrue();
        var tenure = mine(claim.takeOver(2));
        say(heldTenure, 2, 3);
        say(tenure, 2, 4);
        assertThat(tenure.end(DONE)).isEqualTo(new Standing.Over());
        assertThat(Cluster.text(cluster.stream(job))).isEqualTo(" 0 1 2 3");
        claim.accept();
    }

    @Test
    void a_renewed_lock_keeps_the_job_from_others() throws Exception {
        cluster.submit(cluster.model("takeover"), 4);
        var holder = side("holder");
        var other = side("other");
        var claim = holder.next();
        long end = System.nanoTime() + LOCK.multipliedBy(2).toNanos();
        while (System.nanoTime() < end) {
            assertThat(claim.renew()).isTrue();
            assertThat(other.claims().next()).isEmpty();
            Thread.sleep(200);
        }

        var tenure = mine(claim.takeOver(1));
        assertThat(tenure.end(DONE)).isEqualTo(new Standing.Over());
        claim.accept();
    }

    @Test
    void a_stream_whose_start_has_left_the_log_is_not_computed() throws Exception {
        var job = cluster.submit(cluster.model("takeover"), 4);
        var side = side("one");
        var last = cluster.say(job, Event.closing(job.id().key(), new Body.Expired()));
        cluster.deleteUpTo(job, last.offset());

        var claim = side.next();

        assertThat(claim.takeOver(1)).isEqualTo(new Standing.Over());
    }

    @Test
    void a_stream_that_has_ended_is_over_at_the_read_back() {
        var job = cluster.submit(cluster.model("takeover"), 4);
        cluster.close(job, new Body.Expired());
        var side = side("one");

        assertThat(side.next().takeOver(1)).isEqualTo(new Standing.Over());
    }
}
