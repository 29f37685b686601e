package dev.millrace.workers.segment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.Job;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.JobKey;
import dev.millrace.protocol.MaskFormat;
import dev.millrace.protocol.MaskPrompt;
import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.PictureFile;
import dev.millrace.protocol.SegmentationParameters;
import dev.millrace.protocol.Task;
import dev.millrace.protocol.TextParameters;
import dev.millrace.protocol.Usage;
import dev.millrace.workers.run.EngineSettings;
import dev.millrace.workers.run.History;
import dev.millrace.workers.run.Outcome;
import dev.millrace.workers.run.Telling;
import dev.millrace.workers.run.Work;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

import javax.imageio.ImageIO;

class SegmentEngineTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final List<Double> SCORES = List.of(0.5, 0.9, 0.7, 0.6, 0.8);
    private static final EngineSettings SETTINGS =
            new EngineSettings(2, true, Duration.ZERO, "cpu");

    private final FakeFinder finder = new FakeFinder(SCORES, 0.65);

    private SegmentEngine engine(EngineSettings settings) {
        return new SegmentEngine(10, finder, new Scenes(finder, 10_000, 150), settings);
    }

    private static PictureFile picture(int width) {
        var bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(new BufferedImage(width, 4, BufferedImage.TYPE_INT_RGB), "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new PictureFile(bytes.toByteArray());
    }

    private static SegmentationParameters classes(int most, double minScore) {
        return new SegmentationParameters(
                List.of("leaf", "ball"), List.of(), most, minScore, MaskFormat.RLE);
    }

    private static MaskPrompt at(double x, double y) {
        return new MaskPrompt(Optional.empty(), List.of(new MaskPrompt.Point(x, y, true)));
    }

    private static Job job(String owner, PictureFile picture, SegmentationParameters parameters) {
        return job(owner, new Task.Segmentation(picture, parameters));
    }

    private static Job job(String owner, Task task) {
        return new Job(
                new JobId(0, 0, JobKey.random()),
                new ModelId("scenes"),
                owner,
                Duration.ofMinutes(1),
                task,
                "");
    }

    private static Outcome outcome(Work work) {
        try {
            assertThat(work.await(PATIENCE)).as("finished in time").isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return work.outcome();
    }

    /** Keeps what is said. */
    private static final class Listener implements Telling {
        private final List<Body.Content> said = new CopyOnWriteArrayList<>();
        private final int hears;

        Listener(int hears) {
            this.hears = hears;
        }

        Listener() {
            this(Integer.MAX_VALUE);
        }

        @Override
        public void say(Body.Content content) {
            said.add(content);
        }

        @Override
        public boolean isHeard() {
            return said.size() < hears;
        }

        List<Body.Mask> masks() {
            return said.stream()
                    .filter(Body.Mask.class::isInstance)
                    .map(Body.Mask.class::cast)
                    .toList();
        }
    }

    private static Usage.Segmented usage(Outcome outcome) {
        var completed = (Body.Completed) ((Outcome.Answered) outcome).last();
        return completed.usage().segmented().orElseThrow();
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

    /** What another worker does with any first part of a stream. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 5, 6})
    void whoever_continues_a_stream_repeats_and_loses_no_mask(int cut) {
        var job = job("", picture(8), classes(9, 0));
        var whole = new Listener();
        try (var engine = engine(SETTINGS)) {
            outcome(engine.start(job, History.NONE, whole));
        }
        try (var engine = engine(SETTINGS)) {
            var rest = new Listener();
            var end = outcome(engine.start(job, new History(whole.said.subList(0, cut)), rest));

            assertThat(rest.said).isEqualTo(whole.said.subList(cut, whole.said.size()));
            assertThat(usage(end).masks()).isEqualTo(5);
        }
    }

    @Test
    void a_stream_whose_masks_are_others_here_says_so_and_begins_anew() {
        var job = job("", picture(8), classes(9, 0));
        var whole = new Listener();
        try (var engine = engine(SETTINGS)) {
            outcome(engine.start(job, History.NONE, whole));
        }
        var second = whole.masks().get(1);
        var other =
                new Body.Mask(
                        1,
                        second.label(),
                        second.prompt(),
                        0.81,
                        second.box(),
                        second.area(),
                        second.outline());
        var before = List.of(whole.said.get(0), whole.said.get(1), other);
        try (var engine = engine(SETTINGS)) {
            var rest = new Listener();
            outcome(engine.start(job, new History(before), rest));

            assertThat(rest.said.getFirst()).isInstanceOf(Body.Restarted.class);
            assertThat(rest.said.subList(1, rest.said.size())).isEqualTo(whole.said);

            var third = new Listener();
            var all = new ArrayList<Body.Content>(before);
            all.addAll(rest.said.subList(0, 4));
            outcome(engine.start(job, new History(all), third));
            assertThat(third.said).isEqualTo(rest.said.subList(4, rest.said.size()));
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
    void bad_pictures_and_prompts_are_answered_with_what_is_wrong() {
        var broken = picture(8).bytes().clone();
        broken[broken.length / 2] ^= 1;
        var outside =
                new SegmentationParameters(List.of(), List.of(at(3, 5)), 9, 0, MaskFormat.RLE);
        try (var engine = engine(SETTINGS)) {
            assertThat(failure(engine, job("", new PictureFile(broken), classes(1, 0))))
                    .contains("image cannot be read: ");
            assertThat(failure(engine, job("", picture(8), outside)))
                    .contains("prompts cannot be followed", "8x4", "(3.0, 5.0)");
            assertThat(failure(engine, job("", picture(5000), classes(1, 0))))
                    .contains("at most 10000 pixels, had 20000");
            assertThat(failure(engine, job("", picture(8), classes(11, 0))))
                    .contains("max_masks must be at most 10 for this model, was 11");
        }
    }

    @Test
    void a_job_of_another_kind_is_refused() {
        var text =
                new Task.Text(
                        new Task.Plain("a"),
                        new TextParameters(1, 0, 1, 0, 1, List.of(), TextParameters.NO_LOGPROBS));
        try (var engine = engine(SETTINGS)) {
            assertThat(failure(engine, job("", text)))
                    .isEqualTo("this worker finds things, the job asks for text");
        }
    }

    private static String failure(SegmentEngine engine, Job job) {
        var end = outcome(engine.start(job, History.NONE, new Listener()));
        var failed = (Body.Failed) ((Outcome.Answered) end).last();
        assertThat(failed.code()).isEqualTo(ErrorCode.INVALID_REQUEST);
        return failed.message();
    }

    @Test
    void a_job_that_fails_in_the_engine_ends_alone() {
        finder.breakDown();
        try (var engine = engine(SETTINGS)) {
            var end =
                    outcome(
                            engine.start(
                                    job("", picture(8), classes(1, 0)),
                                    History.NONE,
                                    new Listener()));

            assertThat(((Body.Failed) ((Outcome.Answered) end).last()).code())
                    .isEqualTo(ErrorCode.ENGINE_FAILED);
            assertThat(failure(engine, job("", picture(8), classes(11, 0)))).isNotEmpty();
        }
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
