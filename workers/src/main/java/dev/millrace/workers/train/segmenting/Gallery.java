package dev.millrace.workers.train.segmenting;

import dev.millrace.workers.segment.SegmentFolder;
import dev.millrace.workers.segment.ZipFinder;
import dev.millrace.workers.segment.picture.Picture;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.train.scenes.MiniScene;
import dev.millrace.workers.train.scenes.SceneClass;
import dev.millrace.workers.train.scenes.SceneSource;

import java.util.List;
import java.util.stream.IntStream;

/** The model, and the scenes it is tried on. */
final class Gallery implements AutoCloseable {
    static final List<String> CLASSES = SceneClass.names();

    private final ZipFinder finder;
    private final SceneSource source;

    Gallery(SegmentBench.Options options) {
        var folder = SegmentFolder.read(options.model());
        this.finder =
                ZipFinder.open(folder.path(), folder.recipe(), options.device(), ElementType.F32);
        this.source = new SceneSource(finder.sam().config().vision().side());
    }

    ZipFinder finder() {
        return finder;
    }

    /** Scenes on which settings are chosen. */
    List<MiniScene> validation(int count) {
        return IntStream.range(0, count).mapToObj(source::validation).toList();
    }

    List<MiniScene> test(int count) {
        return IntStream.range(0, count).mapToObj(source::test).toList();
    }

    /** With textures and colours that no training had. */
    List<MiniScene> heldOut(int count) {
        return IntStream.range(0, count).mapToObj(source::heldOutStyle).toList();
    }

    /** A scene's pixels as networks take them. */
    static Picture picture(MiniScene scene) {
        int pixels = scene.side() * scene.side();
        var rgb = new byte[3 * pixels];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = scene.levels()[i % 3 * pixels + i / 3];
        }
        return new Picture(scene.side(), scene.side(), rgb);
    }

    @Override
    public void close() {
        finder.close();
    }
}
