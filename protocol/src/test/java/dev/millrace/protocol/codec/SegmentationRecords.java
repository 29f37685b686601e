package dev.millrace.protocol.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.Event;
import dev.millrace.protocol.FinishReason;
import dev.millrace.protocol.Job;
import dev.millrace.protocol.MaskFormat;
import dev.millrace.protocol.MaskPrompt;
import dev.millrace.protocol.PictureFile;
import dev.millrace.protocol.Png;
import dev.millrace.protocol.SegmentationParameters;
import dev.millrace.protocol.Served;
import dev.millrace.protocol.Task;
import dev.millrace.protocol.Usage;
import dev.millrace.protocol.codec.CodecGoldenTest.Named;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** What finding things in pictures is told with. */
final class SegmentationRecords {
    private static final Body.Box BOX = new Body.Box(2, 3, 4, 5);
    private static final PictureFile PICTURE =
            new PictureFile("these would be a picture's bytes".getBytes(UTF_8));

    static final List<Named<Event>> EVENTS =
            List.of(
                    CodecGoldenTest.event(
                            "progress-found",
                            2,
                            5,
                            new Body.Progress(
                                    "draw",
                                    0.5,
                                    List.of(
                                            new Body.Presence("red ball", 0.875),
                                            new Body.Presence("leaf", 0.25)),
                                    7)),
                    CodecGoldenTest.event(
                            "mask",
                            2,
                            6,
                            new Body.Mask(
                                    0,
                                    "red ball",
                                    Body.Mask.FOUND,
                                    0.75,
                                    BOX,
                                    12,
                                    new Body.Outline.Runs(48, 64, "0\\5]"))),
                    CodecGoldenTest.event(
                            "mask-png",
                            2,
                            7,
                            new Body.Mask(
                                    1,
                                    "leaf",
                                    Body.Mask.FOUND,
                                    0.5,
                                    BOX,
                                    12,
                                    new Body.Outline.Bitmap(
                                            new Png("a PNG's bytes".getBytes(UTF_8))))),
                    CodecGoldenTest.event(
                            "mask-polygon",
                            2,
                            8,
                            new Body.Mask(
                                    2,
                                    "",
                                    1,
                                    0.25,
                                    BOX,
                                    12,
                                    new Body.Outline.Polygons(
                                            List.of(
                                                    List.of(1.0, 1.0, 3.0, 1.0, 1.0, 3.5),
                                                    List.of(5.0, 5.0, 6.0, 5.0, 6.0, 6.0))))),
                    CodecGoldenTest.event(
                            "completed-segmented",
                            2,
                            9,
                            new Body.Completed(
                                    FinishReason.STOP,
                                    new Usage(new Usage.Segmented(2, 7, 3, 250, 900)))));

    static final List<Named<Job>> JOBS =
            List.of(
                    new Named<>(
                            "job-segment",
                            CodecGoldenTest.job(
                                    new Task.Segmentation(
                                            PICTURE,
                                            new SegmentationParameters(
                                                    List.of("red ball", "leaf"),
                                                    List.of(),
                                                    20,
                                                    0.25,
                                                    MaskFormat.RLE)))),
                    new Named<>(
                            "job-segment-prompts",
                            CodecGoldenTest.job(
                                    new Task.Segmentation(
                                            PICTURE,
                                            new SegmentationParameters(
                                                    List.of(),
                                                    List.of(
                                                            new MaskPrompt(
                                                                    Optional.of(
                                                                            new MaskPrompt.Box(
                                                                                    1, 2, 30, 40)),
                                                                    List.of()),
                                                            new MaskPrompt(
                                                                    Optional.empty(),
                                                                    List.of(
                                                                            new MaskPrompt.Point(
                                                                                    5, 6.5, true),
                                                                            new MaskPrompt.Point(
                                                                                    7, 8, false)))),
                                                    100,
                                                    0,
                                                    MaskFormat.POLYGON)))));

    static final List<Named<Served>> SERVED =
            List.of(
                    new Named<>(
                            "model-segment",
                            new Served.SegmentModel(
                                    CodecGoldenTest.MODEL,
                                    List.of("stories", "Scenes"),
                                    List.of("red ball", "leaf"),
                                    4_000_000,
                                    100,
                                    0.25,
                                    Duration.ofMinutes(1))));

    private SegmentationRecords() {}
}
