package dev.millrace.workers.segment;

import dev.millrace.protocol.ModelId;
import dev.millrace.protocol.Served;
import dev.millrace.workers.run.Engine;
import dev.millrace.workers.run.EngineFactory;
import dev.millrace.workers.run.EngineSettings;
import dev.millrace.workers.segment.picture.Picture;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Torch;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;

/** Serves Zip: folders with CLIP, its residual network and SAM. */
public final class SegmentKind implements EngineFactory {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentKind.class);
    private static final Duration DEADLINE = Duration.ofMinutes(10);
    private static final long KEPT_BYTES = 256L << 20;
    private static final int WARM_SIDE = 32;
    private static final String NOTHING = "";

    /** Below so many channels one thread and f32 are faster than many and bf16. */
    private static final int WIDE = 512;

    @Override
    public Served.SegmentModel served(Path directory, EngineSettings settings) {
        var folder = SegmentFolder.read(directory);
        return new Served.SegmentModel(
                new ModelId(folder.names().id()),
                folder.names().all(),
                folder.classes(),
                folder.maxPixels(),
                folder.most(),
                folder.minScore(),
                DEADLINE);
    }

    @Override
    public Engine open(Path directory, EngineSettings settings) {
        var folder = SegmentFolder.read(directory);
        Torch.prepareThread();
        var finder = load(folder, settings);
        LOG.atInfo()
                .addKeyValue("model", folder.names().id())
                .addKeyValue("classes", folder.classes().size())
                .log("model loaded");
        var scenes = new Scenes(finder, folder.maxPixels(), KEPT_BYTES);
        return new SegmentEngine(folder.most(), finder, scenes, settings);
    }

    /** Loads the networks, looks at a small grey picture with them and reads a name. */
    public static ZipFinder load(SegmentFolder folder, EngineSettings settings) {
        var device = Devices.named(settings.device());
        int wide = ZipFinder.width(folder.path());
        Torch.useThreads(wide >= WIDE ? Runtime.getRuntime().availableProcessors() : 1);
        var inner = wide >= WIDE && !settings.deterministic() ? ElementType.BF16 : ElementType.F32;
        var finder = ZipFinder.open(folder.path(), folder.recipe(), device, inner);
        try (var scene = finder.look(grey())) {
            scene.find(folder.classes().stream().limit(1).toList(), 1, 0);
            finder.text(NOTHING); // which every question about classes needs
        } catch (RuntimeException e) {
            finder.close();
            throw e;
        }
        return finder;
    }

    private static Picture grey() {
        var rgb = new byte[3 * WARM_SIDE * WARM_SIDE];
        Arrays.fill(rgb, (byte) 127);
        return new Picture(WARM_SIDE, WARM_SIDE, rgb);
    }
}
