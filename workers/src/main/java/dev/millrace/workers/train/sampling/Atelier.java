package dev.millrace.workers.train.sampling;

import dev.millrace.protocol.Body;
import dev.millrace.protocol.Job;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.JobKey;
import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.PictureParameters;
import dev.millrace.protocol.Png;
import dev.millrace.protocol.Quality;
import dev.millrace.protocol.Task;
import dev.millrace.workers.image.ImageFolder;
import dev.millrace.workers.image.ImageKind;
import dev.millrace.workers.run.Engine;
import dev.millrace.workers.run.EngineSettings;
import dev.millrace.workers.run.History;
import dev.millrace.workers.run.Telling;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

import javax.imageio.ImageIO;

/** An engine as a worker has it, for one job after another. */
final class Atelier implements AutoCloseable {
    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final ImageFolder folder;
    private final Engine engine;

    /**
     * What a picture's stream had.
     *
     * @param millis from the job to the finished picture
     */
    @SuppressWarnings("ArrayRecordComponent") // looked at once
    record Sitting(double millis, float[] picture, List<Look> looks) {
        Sitting {
            looks = List.copyOf(looks);
        }
    }

    /** A preview, and when it came; values in [-1, 1]. */
    @SuppressWarnings("ArrayRecordComponent") // looked at once
    record Look(double millis, float[] picture) {}

    private record Said(double millis, Png image) {}

    Atelier(ImageBench.Options options) {
        this.folder = ImageFolder.read(options.model());
        var device = options.device().isCpu() ? "cpu" : "gpu";
        var settings = new EngineSettings(1, false, Duration.ZERO, device);
        this.engine = new ImageKind().open(options.model(), settings);
    }

    /** Makes one picture with the model's own defaults; classes take turns. */
    Sitting make(int seed) {
        long began = System.nanoTime();
        var previews = new ArrayList<Said>();
        var pictures = new ArrayList<Said>();
        var work =
                engine.start(
                        job(seed),
                        History.NONE,
                        new Telling() {
                            @Override
                            public void say(Body.Content content) {
                                double now = (System.nanoTime() - began) / 1e6;
                                if (content instanceof Body.Preview preview) {
                                    previews.add(new Said(now, preview.image()));
                                } else if (content instanceof Body.Picture picture) {
                                    pictures.add(new Said(now, picture.image()));
                                }
                            }

                            @Override
                            public boolean isHeard() {
                                return true;
                            }
                        });
        try {
            if (!work.await(LONGEST) || pictures.size() != 1) {
                throw new IllegalStateException("no picture was made of seed " + seed);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
        var last = pictures.getFirst();
        var looks = previews.stream().map(one -> new Look(one.millis(), values(one.image())));
        return new Sitting(last.millis(), values(last.image()), looks.toList());
    }

    private Job job(int seed) {
        int classes = folder.facts().classes().size();
        var parameters =
                new PictureParameters(
                        classes == 0 ? PictureParameters.ANY : seed % classes,
                        1,
                        folder.facts().patches().side(),
                        seed,
                        folder.guidance(),
                        folder.denoise(),
                        Quality.AUTO);
        return new Job(
                new JobId(0, 0, JobKey.random()),
                new ModelId(folder.names().id()),
                "",
                LONGEST,
                new Task.Picture(parameters),
                "");
    }

    /** What this process has computed so far, which nearly all is the engine's, as previews are. */
    double computedMillis() {
        return ProcessHandle.current()
                        .info()
                        .totalCpuDuration()
                        .map(Duration::toNanos)
                        .orElseThrow()
                / 1e6;
    }

    /** What previews have cost so far. */
    double previewMillis() {
        return engine.measures().stream()
                        .filter(measure -> measure.name().equals(ImageKind.PREVIEW_MICROS))
                        .mapToLong(measure -> measure.value().getAsLong())
                        .sum()
                / 1e3;
    }

    /** [3, side, side], in [-1, 1]. */
    private static float[] values(Png png) {
        try {
            var image = ImageIO.read(new ByteArrayInputStream(png.bytes()));
            int size = image.getWidth() * image.getHeight();
            var values = new float[3 * size];
            for (int i = 0; i < size; i++) {
                int rgb = image.getRGB(i % image.getWidth(), i / image.getWidth());
                for (int channel = 0; channel < 3; channel++) {
                    int value = rgb >> (16 - 8 * channel) & 0xFF;
                    values[channel * size + i] = value / 127.5f - 1;
                }
            }
            return values;
        } catch (IOException e) {
            throw new UncheckedIOException("an engine's PNG cannot be read", e);
        }
    }

    @Override
    public void close() {
        engine.close();
    }
}
