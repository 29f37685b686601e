package dev.millrace.workers.segment.clip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Safetensors;
import dev.millrace.workers.tensor.Script;
import dev.millrace.workers.tensor.Torch;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A CLIP, resident until it is closed.
 *
 * <p>Pictures are normalised pixels [n, channels, h, w] on the model's device, h and w multiples of
 * the patch; positions are interpolated from the stored ones where the size is another than the
 * model's own. Results are f32, live in the scope given and are not normalised unless it is said.
 */
public final class Clip implements AutoCloseable {
    private final ClipConfig config;
    private final NDManager manager;
    private final Script script;
    private final NDList weights;

    /**
     * Loads weights; closing the files afterwards is allowed.
     *
     * @param inner what products are computed in: F32 or BF16
     */
    public Clip(ClipConfig config, Safetensors files, Devices.Choice device, ElementType inner) {
        if (inner != ElementType.F32 && inner != ElementType.BF16) {
            throw new IllegalArgumentException("inner must be F32 or BF16, was " + inner);
        }
        this.config = config;
        this.manager = Torch.newScope(device);
        try {
            this.weights = config.weights().load(files, manager, inner, Clip::isBuffer);
            this.script = Script.compile(manager, ClipScript.of(config, inner, device));
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /** Opens a folder in Hugging Face's layout. */
    public static Clip open(Path folder, Devices.Choice device, ElementType inner) {
        if (!Files.isDirectory(folder)) {
            throw new BadModelException(folder, "is not a directory");
        }
        try (var files = Safetensors.open(folder)) {
            return new Clip(ClipConfig.read(folder), files, device, inner);
        }
    }

    /** Old files hold the numbers of the positions as well. */
    private static boolean isBuffer(String name) {
        return name.endsWith(".embeddings.position_ids");
    }

    public ClipConfig config() {
        return config;
    }

    /** Where the weights live; a scope below it is on their device. */
    public NDManager scope() {
        return manager;
    }

    /** Where text is, [texts, tokens]: hidden states, the last normalised, pooled, embedded. */
    public NDList textStates(NDManager scope, long[][] ids) {
        return script.callForList(scope, "text_states", ids(scope, ids), ends(scope, ids), weights);
    }

    /** Embeddings of texts, [texts, projection]. */
    public NDArray embedTexts(NDManager scope, long[][] ids) {
        return script.call(scope, "embed_texts", ids(scope, ids), ends(scope, ids), weights);
    }

    /**
     * Hidden states before each layer and after the last, [n, 1 + cells, width]; the pooled output
     * [n, width]; all tokens projected [n, 1 + cells, projection].
     */
    public NDList imageStates(NDManager scope, NDArray pixels) {
        return script.callForList(scope, "image_states", checked(pixels), weights);
    }

    /** Embeddings of pictures, [n, projection]. */
    public NDArray embedImages(NDManager scope, NDArray pixels) {
        return script.call(scope, "embed_images", checked(pixels), weights);
    }

    /**
     * CLIP Surgery: every token projected, the class token first, [n, 1 + cells, projection].
     *
     * @param depth how many of the last layers are operated, 6 as published
     */
    public NDArray surgery(NDManager scope, NDArray pixels, int depth) {
        return script.call(scope, "surgery", checked(pixels), weights, checked(depth));
    }

    /**
     * What {@link #surgery} computes on its way: of each layer that is not operated its output, of
     * each other one the new stream's and then the original's; the projected tokens last.
     */
    public NDList surgeryStates(NDManager scope, NDArray pixels, int depth) {
        return script.callForList(
                scope, "surgery_states", checked(pixels), weights, checked(depth));
    }

    /** Scaled cosines of embeddings, [images, texts]. */
    public NDArray logits(NDManager scope, NDArray images, NDArray texts) {
        return script.call(scope, "logits", images, texts, weights);
    }

    private int checked(int depth) {
        int layers = config.vision().tower().layers();
        if (depth < 1 || depth > layers) {
            throw new IllegalArgumentException(
                    "surgery depth must be 1..%d, was %d".formatted(layers, depth));
        }
        return depth;
    }

    private NDArray checked(NDArray pixels) {
        var shape = pixels.getShape();
        int patch = config.vision().patch();
        if (shape.dimension() != 4
                || shape.get(1) != config.vision().channels()
                || shape.get(2) % patch != 0
                || shape.get(3) % patch != 0
                || shape.size() == 0) {
            throw new IllegalArgumentException(
                    "pixels must be [n, %d, h, w] with h and w multiples of %d, were %s"
                            .formatted(config.vision().channels(), patch, shape));
        }
        return pixels;
    }

    private NDArray ids(NDManager scope, long[][] ids) {
        int length = ids.length == 0 ? 0 : ids[0].length;
        if (length < 1 || length > config.text().context()) {
            throw new IllegalArgumentException(
                    "texts must have 1..%d tokens, had %d"
                            .formatted(config.text().context(), length));
        }
        var flat = new long[ids.length * length];
        for (int i = 0; i < ids.length; i++) {
            if (ids[i].length != length) {
                throw new IllegalArgumentException(
                        "texts must be equally long, were %d and %d"
                                .formatted(length, ids[i].length));
            }
            System.arraycopy(ids[i], 0, flat, i * length, length);
        }
        for (long id : flat) {
            if (id < 0 || id >= config.text().vocabulary()) {
                throw new IllegalArgumentException(
                        "token must be below %d, was %d".formatted(config.text().vocabulary(), id));
            }
        }
        return scope.create(flat, new Shape(ids.length, length));
    }

    private NDArray ends(NDManager scope, long[][] ids) {
        var ends = new long[ids.length];
        for (int i = 0; i < ids.length; i++) {
            ends[i] = TextEnd.of(ids[i], config.text().end());
        }
        return scope.create(ends);
    }

    @Override
    public void close() {
        manager.close();
    }
}
