package dev.millrace.workers.train.scenes;

import dev.millrace.workers.segment.mask.Components;
import dev.millrace.workers.segment.mask.Connectivity;
import dev.millrace.workers.segment.mask.Mask;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A picture with many objects, and what is in it.
 *
 * @param side in pixels; it is square
 * @param levels [3, side, side], red, green and blue, each 0 to 255; not to be changed
 * @param objects all with a visible pixel
 * @param backgrounds the pixels of each field of the background, less the objects
 * @param textures what each of those fields is called
 */
@SuppressWarnings("ArrayRecordComponent") // large; read in place
public record MiniScene(
        int side,
        byte[] levels,
        List<SceneObject> objects,
        List<Mask> backgrounds,
        List<String> textures) {
    public MiniScene {
        objects = List.copyOf(objects);
        backgrounds = List.copyOf(backgrounds);
        textures = List.copyOf(textures);
    }

    /** The picture in [0, 1], [3, side, side]. */
    public float[] values() {
        var values = new float[levels.length];
        for (int i = 0; i < values.length; i++) {
            values[i] = Byte.toUnsignedInt(levels[i]) / 255f;
        }
        return values;
    }

    public List<Truth> truths() {
        return objects.stream().map(SceneObject::truth).toList();
    }

    /** The objects that are asked for. */
    public List<SceneObject> asked() {
        return objects.stream().filter(object -> !object.isIgnored()).toList();
    }

    /** The decals that can be seen. */
    public List<Mask> parts() {
        return objects.stream().map(SceneObject::part).filter(part -> !part.isEmpty()).toList();
    }

    /** Objects of one class that touch, two or more together. */
    public List<Mask> groups() {
        var groups = new ArrayList<Mask>();
        for (var kind : SceneClass.values()) {
            var all = of(kind).reduce(Mask.empty(side, side), Mask::or);
            var pieces = Components.of(all, Connectivity.EIGHT);
            pieces.all().stream()
                    .map(pieces::mask)
                    .filter(piece ->
                            of(kind).filter(one -> one.intersection(piece) > 0).count() > 1)
                    .forEach(groups::add);
        }
        return List.copyOf(groups);
    }

    private Stream<Mask> of(SceneClass kind) {
        return objects.stream().filter(object -> object.kind() == kind).map(SceneObject::visible);
    }
}
