package dev.millrace.workers.segment.sam;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;

import dev.millrace.workers.segment.picture.Normalization;
import dev.millrace.workers.segment.picture.Picture;
import dev.millrace.workers.segment.picture.PixelScript;
import dev.millrace.workers.segment.picture.PixelScript.Filter;
import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Safetensors;
import dev.millrace.workers.tensor.Script;
import dev.millrace.workers.tensor.Torch;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A SAM, resident until it is closed.
 *
 * <p>{@link #embed(Picture)} and {@link #decoder} are what a program needs; the other methods are
 * their steps, with tensors as {@link SamScript} describes them, f32, in the scope given.
 */
public final class Sam implements AutoCloseable {
    private final SamConfig config;
    private final NDManager manager;
    private final Script script;
    private final NDList weights;
    private final PixelScript pixels;

    /**
     * Loads weights; closing the files afterwards is allowed.
     *
     * @param inner what products are computed in: F32 or BF16
     */
    public Sam(SamConfig config, Safetensors files, Devices.Choice device, ElementType inner) {
        if (inner != ElementType.F32 && inner != ElementType.BF16) {
            throw new IllegalArgumentException("inner must be F32 or BF16, was " + inner);
        }
        this.config = config;
        this.manager = Torch.newScope(device);
        try {
            this.weights =
                    SamWeights.in(files, config)
                            .load(files, manager, inner, SamWeights::isPositions);
            this.script = Script.compile(manager, SamScript.of(config, inner, device));
            this.pixels = new PixelScript(manager);
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    /** Opens a folder in Hugging Face's layout. */
    public static Sam open(Path folder, Devices.Choice device, ElementType inner) {
        if (!Files.isDirectory(folder)) {
            throw new BadModelException(folder, "is not a directory");
        }
        try (var files = Safetensors.open(folder)) {
            return new Sam(SamConfig.read(folder), files, device, inner);
        }
    }

    public SamConfig config() {
        return config;
    }

    /** Where the weights live; a scope below it is on their device. */
    public NDManager scope() {
        return manager;
    }

    /** Looks at a picture once; the caller closes what is returned. */
    public Embedding embed(Picture picture) {
        var frame = frame(picture.width(), picture.height());
        try (var scope = manager.newSubManager()) {
            var colours =
                    pixels.resized(
                            scope,
                            pixels.colours(scope, picture),
                            frame.scaledHeight(),
                            frame.scaledWidth(),
                            Filter.BILINEAR);
            var cells = embed(scope, prepare(scope, colours, Normalization.SAM));
            cells.attach(manager);
            return new Embedding(frame, cells);
        }
    }

    /** Where a picture of that size lies in the square. */
    public Frame frame(int width, int height) {
        return new Frame(width, height, config.vision().side());
    }

    /** Draws masks in the picture of an embedding, for as long as that is open. */
    public MaskDecoder decoder(Embedding embedding) {
        return new SamDecoder(this, embedding);
    }

    /** Colours of 0 to 255, [1, 3, h, w], normalised and then padded to the square. */
    public NDArray prepare(NDManager scope, NDArray colours, Normalization normalization) {
        int side = config.vision().side();
        return pixels.padded(scope, pixels.normalized(scope, colours, normalization), side, side);
    }

    /** Embeddings of prepared pictures, [n, C, G, G]. */
    public NDArray embed(NDManager scope, NDArray prepared) {
        return script.call(scope, "embed", checked(prepared), weights);
    }

    /** Hidden states before each layer and after the last; the embeddings last. */
    public NDList embedStates(NDManager scope, NDArray prepared) {
        return script.callForList(scope, "embed_states", checked(prepared), weights);
    }

    private NDArray checked(NDArray prepared) {
        var shape = prepared.getShape();
        int side = config.vision().side();
        if (shape.dimension() != 4
                || shape.get(0) < 1
                || shape.get(1) != config.vision().channels()
                || shape.get(2) != side
                || shape.get(3) != side) {
            throw new IllegalArgumentException(
                    "pixels must be [n, %d, %d, %d], were %s"
                            .formatted(config.vision().channels(), side, side, shape));
        }
        return prepared;
    }

    /** Positions of the embedding's cells, [1, C, G, G]. */
    public NDArray densePositions(NDManager scope) {
        return script.call(scope, "dense_positions", weights);
    }

    /** Tokens of points and corners in the square's pixels, [b, n, C]. */
    public NDArray sparse(NDManager scope, PromptTensors prompts) {
        return script.call(scope, "sparse", prompts.places(), prompts.labels(), weights);
    }

    /** What masks are on their way into the decoder; without masks [1, C, 1, 1]. */
    public NDArray dense(NDManager scope, PromptTensors prompts) {
        return prompts.masks().isEmpty()
                ? script.call(scope, "no_mask", weights)
                : script.call(scope, "dense", prompts.masks().singletonOrThrow(), weights);
    }

    /** Masks' logits [b, masks, 4 G, 4 G] and their predicted IoU [b, masks]. */
    public NDList decode(NDManager scope, NDArray cells, NDArray dense, NDArray sparse) {
        return script.callForList(scope, "decode", cells, dense, sparse, weights);
    }

    /** The last tokens, the last cells, the embedding enlarged. */
    public NDList decodeStates(NDManager scope, NDArray cells, NDArray dense, NDArray sparse) {
        return script.callForList(scope, "decode_states", cells, dense, sparse, weights);
    }

    /** Masks' logits [b, n, 4 G, 4 G] at their picture's size, [b, n, height, width]. */
    public NDArray enlarge(NDManager scope, NDArray logits, Frame frame) {
        long[] sizes = {
            frame.side(), frame.scaledHeight(), frame.scaledWidth(), frame.height(), frame.width()
        };
        return script.call(scope, "enlarge", logits, sizes);
    }

    @Override
    public void close() {
        manager.close();
    }
}
