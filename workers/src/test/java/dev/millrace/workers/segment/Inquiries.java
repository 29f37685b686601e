package dev.millrace.workers.segment;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.Job;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.JobKey;
import dev.millrace.protocol.MaskFormat;
import dev.millrace.protocol.MaskPrompt;
import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.PictureFile;
import dev.millrace.protocol.SegmentationParameters;
import dev.millrace.protocol.Task;
import dev.millrace.protocol.Usage;
import dev.millrace.workers.run.EngineSettings;
import dev.millrace.workers.run.Outcome;
import dev.millrace.workers.run.Work;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

import javax.imageio.ImageIO;

/** What engines are asked here, and what comes of it. */
final class Inquiries {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    static final EngineSettings SETTINGS = new EngineSettings(2, true, Duration.ZERO, "cpu");

    private Inquiries() {}

    /** Whose classes have masks of these scores, and whose prompts one of 0.65. */
    static FakeFinder finder() {
        return new FakeFinder(List.of(0.5, 0.9, 0.7, 0.6, 0.8), 0.65);
    }

    /** With up to 10 masks of pictures of up to 10,000 pixels, of which one is kept. */
    static SegmentEngine engine(FakeFinder finder, EngineSettings settings) {
        return new SegmentEngine(10, finder, new Scenes(finder, 10_000, 150), settings);
    }

    static PictureFile picture(int width) {
        var bytes = new ByteArrayOutputStream();
        try {
            ImageIO.write(new BufferedImage(width, 4, BufferedImage.TYPE_INT_RGB), "png", bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new PictureFile(bytes.toByteArray());
    }

    static SegmentationParameters classes(int most, double minScore) {
        return new SegmentationParameters(
                List.of("leaf", "ball"), List.of(), most, minScore, MaskFormat.RLE);
    }

    static MaskPrompt at(double x, double y) {
        return new MaskPrompt(Optional.empty(), List.of(new MaskPrompt.Point(x, y, true)));
    }

    static Job job(String owner, PictureFile picture, SegmentationParameters parameters) {
        return job(owner, new Task.Segmentation(picture, parameters));
    }

    static Job job(String owner, Task task) {
        return new Job(
                new JobId(0, 0, JobKey.random()),
                new ModelId("scenes"),
                owner,
                Duration.ofMinutes(1),
                task,
                "");
    }

    static Outcome outcome(Work work) {
        try {
            assertThat(work.await(PATIENCE)).as("finished in time").isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        return work.outcome();
    }

    static Usage.Segmented usage(Outcome outcome) {
        var completed = (Body.Completed) ((Outcome.Answered) outcome).last();
        return completed.usage().segmented().orElseThrow();
    }
}
