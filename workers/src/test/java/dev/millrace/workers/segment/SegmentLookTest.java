package dev.millrace.workers.segment;

import static dev.millrace.workers.segment.Inquiries.SETTINGS;
import static dev.millrace.workers.segment.Inquiries.classes;
import static dev.millrace.workers.segment.Inquiries.job;
import static dev.millrace.workers.segment.Inquiries.outcome;
import static dev.millrace.workers.segment.Inquiries.picture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.workers.run.History;
import dev.millrace.workers.run.Outcome;
import dev.millrace.workers.run.Work;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

import java.util.concurrent.CompletableFuture;

/** A look takes several steps of the engine, between which others are heard. */
class SegmentLookTest {
    private static final String FIRST_STEP = "step 1 of 8";

    private final FakeFinder finder = Inquiries.finder();
    private final SegmentEngine engine = Inquiries.engine(finder, SETTINGS);
    private final CompletableFuture<Work> first = new CompletableFuture<>();
    private final CompletableFuture<Work> second = new CompletableFuture<>();

    @BeforeEach
    void lookInSteps() {
        finder.looksIn(4);
    }

    @AfterEach
    void close() {
        engine.close();
    }

    private Work start(int width) {
        return engine.start(job("", picture(width), classes(1, 0)), History.NONE, new Listener());
    }

    private long hits() {
        return engine.measures().stream()
                .filter(measure -> measure.name().equals("scenes.hits"))
                .findFirst()
                .orElseThrow()
                .value()
                .getAsLong();
    }

    @Test
    void a_job_that_is_cancelled_during_a_look_makes_no_further_step_of_it() {
        finder.on(FIRST_STEP, () -> first.join().stop());
        first.complete(start(8));

        assertThat(outcome(first.join())).isEqualTo(new Outcome.Stopped());
        engine.close();
        assertThat(finder.events()).containsExactly("look 8", FIRST_STEP, "close");
    }

    @Test
    void another_job_has_its_turn_between_two_steps_of_a_look() {
        finder.on(FIRST_STEP, () -> second.complete(start(9)));
        outcome(start(8));
        outcome(second.join());

        assertThat(finder.events())
                .containsSubsequence(FIRST_STEP, "step 2 of 8", "look 9", "step 3 of 8")
                .containsSubsequence("step 3 of 8", "step 1 of 9", "draw [1, 4]");
    }

    @Test
    void jobs_about_the_same_picture_share_one_look() {
        finder.on(FIRST_STEP, () -> second.complete(start(8)));
        outcome(start(8));
        outcome(second.join());

        assertThat(finder.events())
                .containsOnlyOnce("look 8", FIRST_STEP, "step 2 of 8", "step 3 of 8");
        assertThat(hits()).isEqualTo(1);
    }

    @Test
    void a_look_goes_on_for_whoever_still_waits_for_it() {
        finder.on(
                FIRST_STEP,
                () -> {
                    second.complete(start(8));
                    first.join().stop();
                });
        first.complete(start(8));

        assertThat(outcome(first.join())).isEqualTo(new Outcome.Stopped());
        assertThat(outcome(second.join())).isInstanceOf(Outcome.Answered.class);
        assertThat(finder.events()).doesNotContain("forget 8").endsWith("draw [1, 4]");
    }

    @Test
    void a_look_that_nobody_waited_for_is_begun_anew_when_it_is_asked_for_again() {
        finder.on(FIRST_STEP, () -> first.join().stop());
        first.complete(start(8));
        outcome(first.join());
        finder.on(FIRST_STEP, () -> {});
        outcome(start(8));

        assertThat(finder.events())
                .containsSubsequence("look 8", FIRST_STEP, "look 8", FIRST_STEP, "step 2 of 8");
        assertThat(hits()).isZero();
    }
}
