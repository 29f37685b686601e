package dev.millrace.workers.image;

import dev.millrace.protocol.Job;
import dev.millrace.protocol.JobId;
import dev.millrace.protocol.JobKey;
import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.PictureParameters;
import dev.millrace.protocol.Quality;
import dev.millrace.protocol.Task;
import dev.millrace.workers.image.flow.FlowModel;
import dev.millrace.workers.image.flow.tarflow.RandomTarFlow;
import dev.millrace.workers.image.flow.tarflow.TarFlowConfig;
import dev.millrace.workers.run.EngineSettings;
import dev.millrace.workers.run.Outcome;
import dev.millrace.workers.run.Work;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A small flow with random weights, engines on it, and jobs for them. */
final class Fixture {
    static final TarFlowConfig CONFIG = RandomTarFlow.SMALL;
    static final int SIDE = CONFIG.patches().side();

    private Fixture() {}

    static Path write(Path folder, TarFlowConfig config) {
        try {
            Files.writeString(
                    folder.resolve("millrace.json"),
                    "{\"kind\":\"image\",\"id\":\"shapes\",\"aliases\":[\"Shapes\"],"
                            + "\"max_pictures\":3}");
            return RandomTarFlow.write(folder, config, RandomTarFlow.weights(config, 1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static EngineSettings settings(boolean deterministic) {
        return new EngineSettings(4, deterministic, Duration.ZERO, "cpu");
    }

    /** Says a preview after each sweep, whatever that costs. */
    static ImageEngine talkative(Path path, EngineSettings settings) {
        var folder = ImageFolder.read(path);
        var model = ImageKind.load(folder, settings);
        return talkative(folder, model, settings);
    }

    static ImageEngine talkative(ImageFolder folder, FlowModel model, EngineSettings settings) {
        var previews =
                new Previews(
                        model,
                        Duration.ZERO,
                        () -> new PreviewBudget(1, Duration.ofHours(1)),
                        System::nanoTime,
                        System::nanoTime);
        var strategy = Strategy.unmeasured(folder.facts().blocks(), false);
        return new ImageEngine(folder, model, strategy, previews, settings);
    }

    static PictureParameters asked(int label, int count, long seed) {
        return new PictureParameters(label, count, SIDE, seed, 1.5, 1, Quality.MEDIUM);
    }

    static Job job(PictureParameters parameters) {
        return job(new Task.Picture(parameters));
    }

    static Job job(Task task) {
        return new Job(
                new JobId(0, 0, JobKey.random()),
                new ModelId("shapes"),
                "",
                Duration.ofMinutes(1),
                task,
                "");
    }

    static Outcome outcome(Work work) throws InterruptedException {
        if (!work.await(Duration.ofSeconds(30))) {
            throw new AssertionError("not finished within 30 s");
        }
        return work.outcome();
    }
}
