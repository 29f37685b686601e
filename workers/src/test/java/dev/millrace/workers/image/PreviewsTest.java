package dev.millrace.workers.image;

import static dev.millrace.workers.image.Fixture.SIDE;
import static dev.millrace.workers.image.Fixture.asked;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.Body;
import dev.millrace.workers.image.solve.Window;
import dev.millrace.workers.run.History;
import dev.millrace.workers.run.PromisedWork;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.time.Duration;
import java.util.Collections;
import java.util.List;

/** By a clock that only sweeps and looks ahead move. */
class PreviewsTest {
    private static final long MILLI = 1_000_000;
    private static final long AHEAD = 6 * MILLI; // of each block
    private static final Duration INTERVAL = Duration.ofMillis(100);

    private final Listener heard = new Listener();
    private final Clock clock = new Clock();
    private final Slow model = new Slow(clock);
    private final Previews previews =
            new Previews(
                    model,
                    INTERVAL,
                    () -> new PreviewBudget(0.05, Duration.ZERO),
                    clock::nanos,
                    clock::nanos);
    private final Painting painting =
            new Painting(
                    model,
                    new Order(
                            asked(0, 1, 1),
                            Said.of(History.NONE),
                            heard,
                            new PromisedWork(() -> 0)),
                    0,
                    Collections.nCopies(2, new Strategy.Step(new Window(1, 0), 1)));

    private static final class Clock {
        private long now = 1;

        long nanos() {
            return now;
        }
    }

    /** Counts how often it looks ahead, and takes its time for that. */
    private static final class Slow extends FakeFlow {
        private final Clock clock;
        private int looks;

        Slow(Clock clock) {
            super(SIDE);
            this.clock = clock;
        }

        @Override
        public float[] ahead(float[] picture, int label, List<Integer> blocks) {
            looks++;
            clock.now += blocks.size() * AHEAD;
            return super.ahead(picture, label, blocks);
        }
    }

    @BeforeEach
    void measure() {
        previews.measure();
        model.looks = 0;
    }

    @AfterEach
    void close() {
        painting.close();
    }

    private void sweep(Duration took) {
        painting.sweep();
        clock.now += took.toNanos();
        previews.show(List.of(painting));
    }

    @Test
    void a_picture_is_shown_as_it_stands_while_looking_ahead_costs_too_much() {
        sweep(Duration.ofMillis(60));
        assertThat(heard.previews()).isEmpty();
        sweep(Duration.ofMillis(41)); // 101 ms pay for 5, a block costs 6
        assertThat(heard.previews()).hasSize(1);
        assertThat(model.looks).isZero();

        sweep(Duration.ofMillis(100));

        assertThat(heard.previews()).hasSize(2);
        assertThat(model.looks).isOne();
    }

    @Test
    void whoever_was_shown_what_will_come_is_not_shown_less_later() {
        int shown = 0;
        while (model.looks < 5) {
            sweep(Duration.ofMillis(100));
            shown++;
        }
        assertThat(heard.previews()).hasSize(shown);

        sweep(Duration.ofMillis(100)); // less than 6 are there
        assertThat(heard.previews()).hasSize(shown);
        sweep(Duration.ofMillis(100));

        assertThat(model.looks).isEqualTo(6);
        assertThat(heard.previews()).hasSize(shown + 1);
    }

    @Test
    void previews_take_a_twentieth_of_a_long_work() {
        long before = clock.now;
        for (int i = 0; i < 14; i++) {
            sweep(Duration.ofMillis(110));
        }

        long worked = 14 * 110 * MILLI;
        assertThat(clock.now - before - worked).isLessThanOrEqualTo(worked / 20).isPositive();
        assertThat(heard.previews()).hasSizeGreaterThan(10);
    }

    @Test
    void a_stream_that_has_seen_more_is_shown_nothing_until_then() {
        var sweeps = new Body.Sweeps(List.of(3), List.of());
        var seen =
                new Body.Preview(
                        0,
                        0,
                        1,
                        0.1,
                        List.of(),
                        sweeps,
                        new Encoder(model.patches()).encode(new float[model.patches().values()]));
        var order =
                new Order(
                        asked(0, 1, 1),
                        Said.of(new History(List.of(seen))),
                        heard,
                        new PromisedWork(() -> 0));
        try (var again =
                new Painting(
                        model,
                        order,
                        0,
                        Collections.nCopies(2, new Strategy.Step(new Window(1, 0), 1)))) {
            for (int i = 0; i < 4; i++) {
                again.sweep();
                clock.now += Duration.ofSeconds(1).toNanos();
                previews.show(List.of(again));
            }
        }

        assertThat(heard.previews())
                .singleElement()
                .satisfies(preview -> {
                    assertThat(preview.index()).isOne();
                    assertThat(preview.sweeps().counts()).containsExactly(4);
                });
    }
}
