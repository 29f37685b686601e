package dev.millrace.workers.segment;

import static dev.millrace.workers.segment.Inquiries.SETTINGS;
import static dev.millrace.workers.segment.Inquiries.at;
import static dev.millrace.workers.segment.Inquiries.classes;
import static dev.millrace.workers.segment.Inquiries.job;
import static dev.millrace.workers.segment.Inquiries.outcome;
import static dev.millrace.workers.segment.Inquiries.picture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.ErrorCode;
import dev.millrace.protocol.Job;
import dev.millrace.protocol.MaskFormat;
import dev.millrace.protocol.PictureFile;
import dev.millrace.protocol.SegmentationParameters;
import dev.millrace.protocol.Task;
import dev.millrace.protocol.TextParameters;
import dev.millrace.workers.run.History;
import dev.millrace.workers.run.Outcome;

import org.junit.jupiter.api.Test;

import java.util.List;

/** What cannot be answered ends its own job, with what was wrong. */
class SegmentBadInputTest {
    private final FakeFinder finder = Inquiries.finder();

    private SegmentEngine engine() {
        return Inquiries.engine(finder, SETTINGS);
    }

    @Test
    void bad_pictures_and_prompts_are_answered_with_what_is_wrong() {
        var broken = picture(8).bytes().clone();
        broken[broken.length / 2] ^= 1;
        var outside =
                new SegmentationParameters(List.of(), List.of(at(3, 5)), 9, 0, MaskFormat.RLE);
        try (var engine = engine()) {
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
        try (var engine = engine()) {
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
        try (var engine = engine()) {
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
}
