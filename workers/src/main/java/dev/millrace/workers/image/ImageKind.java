package dev.millrace.workers.image;

import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.Served;
import dev.millrace.workers.image.flow.FlowModel;
import dev.millrace.workers.image.flow.Guidance;
import dev.millrace.workers.image.flow.Inversion.Run;
import dev.millrace.workers.run.Engine;
import dev.millrace.workers.run.EngineFactory;
import dev.millrace.workers.run.EngineSettings;
import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Torch;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.time.Duration;

/** Serves flows: folders with official tensors and a {@code config.json}. */
public final class ImageKind implements EngineFactory {
    /** Name of the counter of what previews cost, among an engine's measures. */
    public static final String PREVIEW_MICROS = ImageEngine.PREVIEW_MICROS;

    private static final Logger LOG = LoggerFactory.getLogger(ImageKind.class);
    private static final Duration DEADLINE = Duration.ofMinutes(10);

    /** Below this width one thread and f32 are faster than many and bf16. */
    private static final int WIDE = 512;

    @Override
    public Served.PictureModel served(Path directory, EngineSettings settings) {
        var folder = ImageFolder.read(directory);
        return new Served.PictureModel(
                new ModelId(folder.names().id()),
                folder.names().all(),
                folder.facts().patches().side(),
                folder.facts().patches().tokens(),
                folder.facts().classes(),
                folder.most(),
                folder.guidance(),
                folder.denoise(),
                DEADLINE);
    }

    @Override
    public Engine open(Path directory, EngineSettings settings) {
        var folder = ImageFolder.read(directory);
        var device = Devices.named(settings.device());
        boolean isTokenwise = device.isCpu() && folder.facts().width() < WIDE;
        var strategy = Strategy.of(directory, folder.facts().blocks(), device, isTokenwise);
        var model = load(folder, settings);
        LOG.atInfo()
                .addKeyValue("model", folder.names().id())
                .addKeyValue("device", device.isCpu() ? "cpu" : "gpu")
                .addKeyValue("classes", folder.facts().classes().size())
                .addKeyValue("deterministic", settings.deterministic())
                .log("model loaded");
        return new ImageEngine(folder, model, strategy, new Previews(model), settings);
    }

    /** Sums of a row are split among threads, so where they must be repeatable there is one. */
    private static int threads(ImageFolder folder, EngineSettings settings) {
        return settings.deterministic() ? 1 : threads(folder);
    }

    /** With how many threads a model is sampled on a CPU. */
    public static int threads(ImageFolder folder) {
        boolean isSmall = folder.facts().width() < WIDE;
        return isSmall ? 1 : Runtime.getRuntime().availableProcessors();
    }

    /** Loads the weights and computes a little with them; the calling thread may then use them. */
    public static FlowModel load(ImageFolder folder, EngineSettings settings) {
        Torch.prepareThread();
        Torch.useThreads(threads(folder, settings));
        var device = Devices.named(settings.device());
        boolean isLow = !device.isCpu() && folder.facts().width() >= WIDE;
        var inner = isLow ? ElementType.BF16 : ElementType.F32;
        var model = folder.architecture().open(folder.path(), device, inner);
        try {
            warm(folder, model);
        } catch (RuntimeException e) {
            model.close();
            throw e;
        }
        return model;
    }

    /** Weights that give no numbers end the start, not a job. */
    private static void warm(ImageFolder folder, FlowModel model) {
        var noise = new float[model.patches().values()];
        int[] label = {FlowModel.ANY};
        try (var inversion = model.invert(noise, label, Guidance.NONE)) {
            for (int block = model.blocks() - 1; block >= 0; block--) {
                inversion.enter(block);
                var run = new Run(0, 1, 0, model.patches().tokens() - 1);
                double change = inversion.sweep(run, Double.POSITIVE_INFINITY).norm();
                if (!Double.isFinite(change)) {
                    throw new BadModelException(
                            folder.path(),
                            "the weights of block " + block + " give " + change + " as a change");
                }
            }
        }
    }
}
