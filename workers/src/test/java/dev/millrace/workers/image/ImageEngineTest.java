package dev.millrace.workers.image;

import static dev.millrace.workers.image.Fixture.CONFIG;
import static dev.millrace.workers.image.Fixture.SIDE;
import static dev.millrace.workers.image.Fixture.asked;
import static dev.millrace.workers.image.Fixture.job;
import static dev.millrace.workers.image.Fixture.outcome;
import static dev.millrace.workers.image.Fixture.settings;
import static dev.millrace.workers.image.Fixture.talkative;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.FinishReason;
import dev.millrace.protocol.Job;
import dev.millrace.protocol.PictureParameters;
import dev.millrace.protocol.Png;
import dev.millrace.protocol.Quality;
import dev.millrace.protocol.Task;
import dev.millrace.protocol.TextParameters;
import dev.millrace.protocol.Usage;
import dev.millrace.workers.image.flow.Guidance;
import dev.millrace.workers.image.flow.tarflow.TarFlow;
import dev.millrace.workers.image.solve.FlowSampler;
import dev.millrace.workers.image.solve.Plan;
import dev.millrace.workers.image.solve.SweepListener;
import dev.millrace.workers.image.solve.Window;
import dev.millrace.workers.run.EngineSettings;
import dev.millrace.workers.run.History;
import dev.millrace.workers.run.Outcome;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Generator;
import dev.millrace.workers.tensor.Torch;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.stream.IntStream;

import javax.imageio.ImageIO;

class ImageEngineTest {
    @TempDir private Path folder;

    @BeforeEach
    void write() {
        Fixture.write(folder, CONFIG);
    }

    @Test
    void each_picture_is_what_the_sampler_makes_of_the_seed_and_the_number() throws Exception {
        try (var engine = talkative(folder, settings(true))) {
            var heard = new Listener();
            var end = outcome(engine.start(job(asked(2, 2, 7)), History.NONE, heard));

            assertThat(end)
                    .isEqualTo(
                            new Outcome.Answered(
                                    new Body.Completed(FinishReason.STOP, new Usage(0, 32))));
            assertThat(heard.images())
                    .containsOnlyKeys(0, 1)
                    .containsEntry(0, sampled(2, 7, 0))
                    .containsEntry(1, sampled(2, 7, 1));
            assertThat(heard.images().get(0)).isNotEqualTo(heard.images().get(1));
        }
    }

    /** By the slow twin: alone, from beginning to end. */
    private Png sampled(int label, long seed, int number) {
        Torch.prepareThread();
        try (var model = TarFlow.open(folder, Devices.cpu(), ElementType.F32)) {
            var noise = new float[model.patches().values()];
            for (int i = 0; i < noise.length; i++) {
                noise[i] = (float) new Generator(seed).normal(i, number);
            }
            var plan = Plan.uniform(new Window(64, 0.01), model.blocks());
            var guidance = new Guidance(1.5, 1, true, Guidance.Target.BOTH);
            var request = new FlowSampler.Request(noise, new int[] {label}, guidance, 1);
            var made = new FlowSampler(model, plan).sample(request, SweepListener.NONE);
            return new Encoder(model.patches()).encode(made.orElseThrow().getFirst());
        }
    }

    @Test
    void previews_count_up_and_tell_how_far_their_picture_is() throws Exception {
        try (var engine = talkative(folder, settings(true))) {
            var heard = new Listener();
            outcome(engine.start(job(asked(1, 2, 3)), History.NONE, heard));

            assertThat(heard.previews())
                    .extracting(Body.Preview::index)
                    .containsExactlyElementsOf(
                            IntStream.range(0, heard.previews().size()).boxed().toList());
            for (int number = 0; number < 2; number++) {
                var own = ofPicture(heard, number);
                assertThat(own).hasSizeGreaterThan(3);
                assertThat(own).extracting(Body.Preview::fraction).isSorted();
                assertThat(own.getFirst().block()).isEqualTo(1);
                assertThat(own.getLast().block()).isZero();
                assertThat(own.getLast().sweeps().counts()).hasSize(2).doesNotContain(0);
                assertThat(own).allMatch(preview -> preview.sweeps().tokenwise().isEmpty());
                assertThat(own).allMatch(preview -> !preview.residuals().isEmpty());
            }
        }
    }

    private static List<Body.Preview> ofPicture(Listener heard, int number) {
        return heard.previews().stream().filter(one -> one.picture() == number).toList();
    }

    /** What another worker does with any first part of a stream, also one cut before its end. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 5, 11, 1000})
    void whoever_continues_a_stream_ends_it_alike_and_repeats_no_preview(int cut) throws Exception {
        var job = job(asked(2, 2, 11));
        var whole = new Listener();
        Outcome end;
        try (var first = talkative(folder, settings(true))) {
            end = outcome(first.start(job, History.NONE, whole));
        }
        var before = whole.said().subList(0, Math.min(cut, whole.said().size()));
        try (var second = talkative(folder, settings(true))) {
            var neighbour = new Listener();
            second.start(job(asked(0, 3, 5)), History.NONE, neighbour);
            var rest = new Listener();
            var sameEnd = outcome(second.start(job, new History(before), rest));

            assertThat(sameEnd).isEqualTo(end);
            var stream = new Listener();
            before.forEach(stream::say);
            rest.said().forEach(stream::say);
            assertThat(stream.images()).isEqualTo(whole.images());
            assertThat(stream.pictures()).hasSize(2);
            assertThat(stream.previews())
                    .extracting(Body.Preview::index)
                    .containsExactlyElementsOf(
                            IntStream.range(0, stream.previews().size()).boxed().toList());
            assertThat(stream.previews()).hasSameSizeAs(whole.previews());
            var seen = new HashMap<Integer, Double>();
            for (var preview : stream.previews()) {
                var last = seen.put(preview.picture(), preview.fraction());
                assertThat(preview.fraction()).isGreaterThan(last == null ? -1 : last);
            }
        }
    }

    @Test
    void jobs_that_share_the_engine_make_what_they_make_alone() throws Exception {
        try (var engine = talkative(folder, settings(true))) {
            var jobs = IntStream.range(0, 5).mapToObj(i -> job(asked(i % 3, 1, i))).toList();
            var alone = new ArrayList<Png>();
            for (var job : jobs) {
                alone.add(made(engine, job));
            }
            var together = jobs.stream().map(_ -> new Listener()).toList();
            var works =
                    IntStream.range(0, jobs.size())
                            .mapToObj(i -> engine.start(jobs.get(i), History.NONE, together.get(i)))
                            .toList();
            for (var work : works) {
                outcome(work);
            }

            assertThat(together)
                    .extracting(listener -> listener.images().get(0))
                    .containsExactlyElementsOf(alone);
        }
    }

    @Test
    void jobs_that_are_swept_together_make_nearly_what_they_make_alone() throws Exception {
        var jobs = IntStream.range(0, 4).mapToObj(i -> job(asked(i % 3, 1, i))).toList();
        var alone = new ArrayList<Png>();
        try (var engine = talkative(folder, settings(true))) {
            for (var job : jobs) {
                alone.add(made(engine, job));
            }
        }
        try (var engine = talkative(folder, settings(false))) {
            var heard = jobs.stream().map(_ -> new Listener()).toList();
            var works =
                    IntStream.range(0, jobs.size())
                            .mapToObj(i -> engine.start(jobs.get(i), History.NONE, heard.get(i)))
                            .toList();
            for (var work : works) {
                outcome(work);
            }

            for (int i = 0; i < jobs.size(); i++) {
                assertThat(farthest(heard.get(i).pictures().getFirst().image(), alone.get(i)))
                        .isLessThanOrEqualTo(2);
            }
        }
    }

    /** The greatest difference of two samples, of 255. */
    private static int farthest(Png one, Png other) throws IOException {
        var a = ImageIO.read(new ByteArrayInputStream(one.bytes())).getRaster();
        var b = ImageIO.read(new ByteArrayInputStream(other.bytes())).getRaster();
        int farthest = 0;
        for (int i = 0; i < SIDE * SIDE * 3; i++) {
            int x = i % SIDE;
            int y = i / SIDE % SIDE;
            int band = i / SIDE / SIDE;
            farthest =
                    Math.max(farthest, Math.abs(a.getSample(x, y, band) - b.getSample(x, y, band)));
        }
        return farthest;
    }

    private static Png made(ImageEngine engine, Job job) throws InterruptedException {
        var heard = new Listener();
        outcome(engine.start(job, History.NONE, heard));
        return heard.pictures().getFirst().image();
    }

    @Test
    void a_job_that_is_stopped_ends_between_two_sweeps() throws Exception {
        var slow = new EngineSettings(2, true, Duration.ofMillis(20), "cpu");
        try (var engine = talkative(folder, slow)) {
            var heard = new Listener();
            var work = engine.start(job(asked(1, 3, 2)), History.NONE, heard);
            while (heard.said().isEmpty()) {
                Thread.sleep(1);
            }
            work.stop();

            assertThat(outcome(work)).isEqualTo(new Outcome.Stopped());
            assertThat(heard.pictures()).isEmpty();
            assertThat(made(engine, job(asked(1, 1, 2)))).isNotNull();
        }
    }

    @Test
    void a_stream_that_is_no_longer_heard_is_left() throws Exception {
        try (var engine = talkative(folder, settings(true))) {
            var heard = new Listener(2);

            var end = outcome(engine.start(job(asked(1, 3, 2)), History.NONE, heard));

            assertThat(end).isEqualTo(new Outcome.Stopped());
            assertThat(heard.said().size()).isLessThanOrEqualTo(4); // one of each that is made
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "3 | 1 | 8 | class must be below 3, the model's number of classes, was 3",
                "0 | 4 | 8 | n must be at most 3 for this model, was 4",
                "0 | 1 | 9 | size must be 8x8, which this model makes, was 9x9",
            })
    void what_the_model_cannot_make_is_refused(int label, int n, int side, String message)
            throws Exception {
        var asked = new PictureParameters(label, n, side, 1, 0, 0, Quality.AUTO);
        try (var engine = talkative(folder, settings(true))) {
            assertThat(outcome(engine.start(job(asked), History.NONE, new Listener())))
                    .isEqualTo(
                            new Outcome.Answered(
                                    new Body.Failed(ErrorCode.INVALID_REQUEST, message, 0)));
        }
    }

    @Test
    void a_job_of_another_kind_is_refused() throws Exception {
        var parameters = new TextParameters(8, 1, 1, 0, 0, List.of(), -1);
        var text = job(new Task.Text(new Task.Plain("once"), parameters));
        try (var engine = talkative(folder, settings(true))) {
            var end = outcome(engine.start(text, History.NONE, new Listener()));

            assertThat(end)
                    .isEqualTo(
                            new Outcome.Answered(
                                    new Body.Failed(
                                            ErrorCode.INVALID_REQUEST,
                                            "this worker makes pictures, the job asks for text",
                                            0)));
        }
    }

    @Test
    void a_picture_without_numbers_is_a_failure_and_never_a_picture() throws Exception {
        var imageFolder = ImageFolder.read(folder);
        var flow = new BrokenFlow(SIDE);
        try (var engine = talkative(imageFolder, flow, settings(true))) {
            var heard = new Listener();

            var end = outcome(engine.start(job(asked(0, 1, 1)), History.NONE, heard));

            assertThat(heard.pictures()).isEmpty();
            assertThat(((Outcome.Answered) end).last())
                    .isInstanceOfSatisfying(
                            Body.Failed.class,
                            failed -> {
                                assertThat(failed.code()).isEqualTo(ErrorCode.ENGINE_FAILED);
                                assertThat(failed.message())
                                        .contains("no picture for this class and seed")
                                        .contains("a value of the finished picture was NaN");
                            });
        }
    }

    @Test
    void a_block_that_overflows_is_made_token_by_token_and_the_events_say_so() throws Exception {
        var imageFolder = ImageFolder.read(folder);
        try (var engine = talkative(imageFolder, new OverflowingFlow(SIDE), settings(true))) {
            var heard = new Listener();

            var end = outcome(engine.start(job(asked(0, 1, 1)), History.NONE, heard));

            assertThat(((Outcome.Answered) end).last()).isInstanceOf(Body.Completed.class);
            var picture = heard.pictures().getFirst();
            assertThat(picture.sweeps().tokenwise()).containsExactly(1);
            assertThat(picture.sweeps().counts().getFirst()).isGreaterThan(10);
            assertThat(heard.previews().getLast().sweeps().tokenwise()).containsExactly(1);
        }
    }
}
