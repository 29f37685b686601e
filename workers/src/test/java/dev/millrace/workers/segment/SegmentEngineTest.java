package dev.millrace.workers.segment;

import static dev.millrace.workers.segment.Inquiries.SETTINGS;
import static dev.millrace.workers.segment.Inquiries.at;
import static dev.millrace.workers.segment.Inquiries.classes;
import static dev.millrace.workers.segment.Inquiries.job;
import static dev.millrace.workers.segment.Inquiries.outcome;
import static dev.millrace.workers.segment.Inquiries.picture;
import static dev.millrace.workers.segment.Inquiries.usage;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.MaskFormat;
import dev.millrace.protocol.SegmentationParameters;
import dev.millrace.protocol.Usage;
import dev.millrace.workers.run.EngineSettings;
import dev.millrace.workers.run.History;
import dev.millrace.workers.run.Outcome;
import dev.millrace.workers.run.Work;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

import java.time.Duration;
import java.util.List;

/** What is looked for, drawn and told, in which order and in whose turn. */
class SegmentEngineTest {
    private final FakeFinder finder = Inquiries.finder();

    private SegmentEngine engine(EngineSettings settings) {
        return Inquiries.engine(finder, settings);
    }

    @Test
    void what_was_found_comes_first_and_then_the_masks_best_first() {
        try (var engine = engine(SETTINGS)) {
            var heard = new Listener();
            var end =
                    outcome(engine.start(job("", picture(8), classes(9, 0)), History.NONE, heard));

            assertThat(heard.said.getFirst())
                    .isEqualTo(
                            new Body.Progress(
                                    "draw",
                                    0,
                                    List.of(
                                            new Body.Presence("leaf", 1),
                                            new Body.Presence("ball", 0.5)),
                                    5));
            assertThat(heard.masks())
                    .extracting(Body.Mask::score)
                    .containsExactly(0.9, 0.8, 0.7, 0.6, 0.5);
            assertThat(heard.masks()).extracting(Body.Mask::index).containsExactly(0, 1, 2, 3, 4);
            assertThat(heard.masks())
                    .extracting(Body.Mask::label)
                    .containsExactly("ball", "leaf", "leaf", "ball", "leaf");
            assertThat(heard.masks().getFirst())
                    .extracting(Body.Mask::box, Body.Mask::area, Body.Mask::prompt)
                    .containsExactly(new Body.Box(1, 0, 1, 4), 4, Body.Mask.FOUND);
            assertThat(usage(end))
                    .extracting(
                            Usage.Segmented::classes,
                            Usage.Segmented::prompts,
                            Usage.Segmented::masks)
                    .containsExactly(2, 5, 5);
            assertThat(usage(end).firstMillis()).isLessThanOrEqualTo(usage(end).millis());
        }
    }

    @Test
    void all_classes_are_known_before_anything_is_looked_for() {
        try (var engine = engine(SETTINGS)) {
            outcome(engine.start(job("", picture(8), classes(1, 0)), History.NONE, new Listener()));

            assertThat(finder.learned()).containsExactly("leaf", "ball");
        }
    }

    @Test
    void no_more_is_drawn_than_is_told_and_nothing_poorer_than_asked() {
        try (var engine = engine(SETTINGS)) {
            var few = new Listener();
            outcome(engine.start(job("", picture(8), classes(1, 0)), History.NONE, few));
            assertThat(few.masks()).extracting(Body.Mask::score).containsExactly(0.9);
            assertThat(finder.events()).containsExactly("look 8", "draw [1, 4]");

            var good = new Listener();
            outcome(engine.start(job("", picture(8), classes(9, 0.65)), History.NONE, good));
            assertThat(good.masks()).extracting(Body.Mask::score).containsExactly(0.9, 0.8, 0.7);
        }
    }

    @Test
    void masks_that_were_asked_for_stand_among_the_others_by_their_score() {
        var parameters =
                new SegmentationParameters(
                        List.of("leaf"), List.of(at(1, 2), at(1, 3)), 9, 0, MaskFormat.RLE);
        try (var engine = engine(SETTINGS)) {
            var heard = new Listener();
            var end = outcome(engine.start(job("", picture(8), parameters), History.NONE, heard));

            assertThat(heard.masks())
                    .extracting(Body.Mask::score)
                    .containsExactly(0.9, 0.8, 0.7, 0.65, 0.65, 0.6, 0.5);
            assertThat(heard.masks())
                    .extracting(Body.Mask::prompt)
                    .containsExactly(-1, -1, -1, 0, 1, -1, -1);
            assertThat(heard.masks().get(3))
                    .extracting(Body.Mask::label, Body.Mask::box)
                    .containsExactly("", new Body.Box(0, 2, 8, 1));
            assertThat(usage(end).prompts()).isEqualTo(7);
        }
    }

    @Test
    void prompts_alone_are_answered_without_looking_for_anything() {
        var parameters =
                new SegmentationParameters(List.of(), List.of(at(1, 2)), 9, 0, MaskFormat.RLE);
        try (var engine = engine(SETTINGS)) {
            var heard = new Listener();
            outcome(engine.start(job("", picture(8), parameters), History.NONE, heard));

            assertThat(heard.masks()).extracting(Body.Mask::prompt).containsExactly(0);
            assertThat(finder.events()).containsExactly("look 8");
        }
    }

    @ParameterizedTest
    @EnumSource(MaskFormat.class)
    void a_mask_is_told_in_the_format_that_was_asked_for(MaskFormat format) {
        var parameters = new SegmentationParameters(List.of("leaf"), List.of(), 1, 0, format);
        try (var engine = engine(SETTINGS)) {
            var heard = new Listener();
            outcome(engine.start(job("", picture(8), parameters), History.NONE, heard));

            var outline = heard.masks().getFirst().outline();
            switch (format) {
                case RLE -> assertThat(outline).isEqualTo(new Body.Outline.Runs(4, 8, "44h0"));
                case PNG -> assertThat(outline).isInstanceOf(Body.Outline.Bitmap.class);
                case POLYGON ->
                        assertThat(((Body.Outline.Polygons) outline).parts())
                                .containsExactly(List.of(2.0, 0.0, 2.0, 4.0, 1.0, 4.0, 1.0, 0.0));
            }
        }
    }

    @Test
    void a_second_question_about_a_picture_looks_no_more_unless_another_asks() {
        try (var engine = engine(SETTINGS)) {
            for (var owner : List.of("anna", "anna", "ben")) {
                outcome(
                        engine.start(
                                job(owner, picture(8), classes(1, 0)),
                                History.NONE,
                                new Listener()));
            }

            assertThat(finder.events().stream().filter(event -> event.startsWith("look")))
                    .hasSize(2);
            assertThat(engine.measures())
                    .filteredOn(measure -> measure.name().equals("scenes.hits"))
                    .extracting(measure -> measure.value().getAsLong())
                    .containsExactly(1L);
        }
    }

    @Test
    void pictures_beyond_the_bound_are_forgotten_the_oldest_first() {
        try (var engine = engine(SETTINGS)) {
            for (int width : new int[] {8, 9, 8, 10}) {
                outcome(
                        engine.start(
                                job("", picture(width), classes(1, 0)),
                                History.NONE,
                                new Listener()));
            }
        }

        assertThat(finder.events().stream().filter(event -> !event.startsWith("draw")))
                .containsExactly(
                        "look 8",
                        "look 9",
                        "forget 8",
                        "look 8",
                        "forget 9",
                        "look 10",
                        "forget 8",
                        "forget 10",
                        "close");
    }

    @Test
    void a_job_that_nobody_waits_for_stops_between_two_draws() {
        var slowly = new EngineSettings(2, true, Duration.ofMillis(20), "cpu");
        try (var engine = engine(slowly)) {
            var stopped =
                    engine.start(job("", picture(8), classes(9, 0)), History.NONE, new Listener());
            stopped.stop();
            assertThat(outcome(stopped)).isEqualTo(new Outcome.Stopped());

            var heard = new Listener(2);
            assertThat(
                            outcome(
                                    engine.start(
                                            job("", picture(8), classes(9, 0)),
                                            History.NONE,
                                            heard)))
                    .isEqualTo(new Outcome.Stopped());
            assertThat(heard.said).hasSize(2);
        }
    }

    @Test
    void jobs_take_turns_so_that_a_later_one_does_not_wait_for_the_end_of_another() {
        var slowly = new EngineSettings(2, true, Duration.ofMillis(20), "cpu");
        try (var engine = engine(slowly)) {
            var first = new Listener();
            var second = new Listener();
            var work = engine.start(job("", picture(8), classes(9, 0)), History.NONE, first);
            outcome(engine.start(job("", picture(9), classes(1, 0)), History.NONE, second));

            assertThat(first.masks()).hasSizeLessThan(5);
            outcome(work);
            assertThat(first.masks()).hasSize(5);
        }
    }

    @Test
    void a_closed_engine_ends_what_it_has() {
        var slowly = new EngineSettings(2, true, Duration.ofMillis(20), "cpu");
        Work work;
        try (var engine = engine(slowly)) {
            work = engine.start(job("", picture(8), classes(9, 0)), History.NONE, new Listener());
        }

        assertThat(outcome(work)).isEqualTo(new Outcome.Stopped());
        assertThat(finder.events()).endsWith("close");
    }
}
