package dev.millrace.workers.segment.clip;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Safetensors;
import dev.millrace.workers.tensor.Script;
import dev.millrace.workers.tensor.Torch;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * CLIP's residual network, resident until it is closed: the features in which Zip looks for
 * boundaries, and its embeddings.
 *
 * <p>Pictures are normalised pixels [n, 3, h, w] on its device; what is left of a size after whole
 * cells is as in the published code. Results are f32 and live in the scope given.
 */
public final class ResNet implements AutoCloseable {
    private final ResNetConfig config;
    private final NDManager manager;
    private final Script script;
    private final NDList weights;

    /**
     * Loads weights; closing the files afterwards is allowed.
     *
     * @param inner what products are computed in: F32 or BF16
     */
    public ResNet(
            ResNetConfig config, Safetensors files, Devices.Choice device, ElementType inner) {
        if (inner != ElementType.F32 && inner != ElementType.BF16) {
            throw new IllegalArgumentException("inner must be F32 or BF16, was " + inner);
        }
        this.config = config;
        this.manager = Torch.newScope(device);
        try {
            this.weights = config.weights().load(files, manager, inner, ResNet::isOther);
            this.script = Script.compile(manager, ResNetScript.of(config, inner, device));
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /** Opens a folder with a {@code config.json} of ours and safetensors. */
    public static ResNet open(Path folder, Devices.Choice device, ElementType inner) {
        if (!Files.isDirectory(folder)) {
            throw new BadModelException(folder, "is not a directory");
        }
        try (var files = Safetensors.open(folder)) {
            return new ResNet(ResNetConfig.read(folder), files, device, inner);
        }
    }

    /** Counters of batches, and the text side of a whole model. */
    private static boolean isOther(String name) {
        return name.endsWith(".num_batches_tracked") || !name.startsWith("visual.");
    }

    public ResNetConfig config() {
        return config;
    }

    /** Where the weights live; a scope below it is on their device. */
    public NDManager scope() {
        return manager;
    }

    /** Features of the stage before the fourth, conv4_x: [n, channels, h / stride, w / stride]. */
    public NDArray trunk(NDManager scope, NDArray pixels) {
        return script.call(scope, "trunk", checked(pixels), weights);
    }

    /** Pixels along the side of a cell of {@link #trunk}. */
    public int trunkStride() {
        return config.stride(ResNetScript.trunk(config));
    }

    /** What leaves the stem and each stage, [n, channels, h / stride, w / stride]. */
    public NDList states(NDManager scope, NDArray pixels) {
        return script.callForList(scope, "states", checked(pixels), weights);
    }

    /** Embeddings of pictures, [n, output]; for a network of four stages. */
    public NDArray embedImages(NDManager scope, NDArray pixels) {
        if (!config.hasHead()) {
            throw new IllegalStateException("a network of fewer than four stages has no head");
        }
        return script.call(scope, "embed_images", checked(pixels), weights);
    }

    private NDArray checked(NDArray pixels) {
        var shape = pixels.getShape();
        int stride = trunkStride();
        if (shape.dimension() != 4
                || shape.get(1) != 3
                || shape.get(0) < 1
                || shape.get(2) < stride
                || shape.get(3) < stride) {
            throw new IllegalArgumentException(
                    "pixels must be [n, 3, h, w] with h and w of at least %d, were %s"
                            .formatted(stride, shape));
        }
        return pixels;
    }

    @Override
    public void close() {
        manager.close();
    }
}
