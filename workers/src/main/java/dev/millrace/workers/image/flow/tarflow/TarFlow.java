package dev.millrace.workers.image.flow.tarflow;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.millrace.workers.image.flow.FlowModel;
import dev.millrace.workers.image.flow.Guidance;
import dev.millrace.workers.image.flow.Inversion;
import dev.millrace.workers.image.flow.Patches;
import dev.millrace.workers.image.flow.tarflow.vector.Dimensions;
import dev.millrace.workers.image.flow.tarflow.vector.VectorFlow;
import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.Devices;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Safetensors;
import dev.millrace.workers.tensor.Script;
import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.tensor.Torch;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** A TarFlow loaded from a folder with {@code model.safetensors} and {@code config.json}. */
public final class TarFlow implements FlowModel {
    /** Latents beyond it are rare, and a rough guess must not run away. */
    private static final double AHEAD_LIMIT = 3;

    /** What is added to the score of a token that may not be looked at. */
    private static final float UNSEEN = -1e30f;

    private static final Set<ElementType> INNER = Set.of(ElementType.F32, ElementType.BF16);

    private final TarFlowConfig config;
    private final ElementType inner;
    private final NDManager manager;
    private final Tensors tensors;
    private final Script script;
    private final TarFlowWeights weights;
    private final NDArray sight;
    private final Optional<VectorFlow> vector;

    /**
     * Loads weights.
     *
     * @param files the official tensors, in any float type; closing them afterwards is allowed
     * @param inner what the layers' products are computed in: F32 or BF16
     * @param kernels what computes sweeps
     */
    public TarFlow(
            TarFlowConfig config,
            Safetensors files,
            Devices.Choice device,
            ElementType inner,
            Kernels kernels) {
        if (!INNER.contains(inner)) {
            throw new IllegalArgumentException("inner must be F32 or BF16, was " + inner);
        }
        this.config = config;
        this.inner = inner;
        this.manager = Torch.newScope(device);
        try {
            this.tensors = new Tensors(manager);
            this.weights = new TarFlowWeights(config, files, manager, inner);
            this.script =
                    Script.compile(
                            manager, TarFlowScript.all(config, inner, device, weights.isPacked()));
            this.sight = sight(config.patches().tokens());
            this.vector =
                    switch (kernels) {
                        case VECTOR -> Optional.of(vector());
                        case SCRIPT -> Optional.empty();
                    };
        } catch (RuntimeException e) {
            manager.close();
            throw e;
        }
    }

    private VectorFlow vector() {
        var flow =
                new VectorFlow(
                        new Dimensions(
                                patches(), config.width(), config.layers(), config.headWidth()));
        for (int block = 0; block < blocks(); block++) {
            flow.add(
                    weights.block(block).stream().map(NDArray::toFloatArray).toList(),
                    weights.classes().get(block).toFloatArray());
        }
        return flow;
    }

    /** Opens a folder, to be swept by what is fastest. */
    public static TarFlow open(Path folder, Devices.Choice device, ElementType inner) {
        return open(folder, device, inner, Kernels.fastest(folder, device, inner));
    }

    /** Opens a folder. */
    public static TarFlow open(
            Path folder, Devices.Choice device, ElementType inner, Kernels kernels) {
        if (!Files.isDirectory(folder)) {
            throw new BadModelException(folder, "is not a directory");
        }
        try (var files = Safetensors.open(folder)) {
            return new TarFlow(TarFlowConfig.read(folder), files, device, inner, kernels);
        }
    }

    /** Nothing where a token may look, at itself and before, and far below it elsewhere. */
    private NDArray sight(int tokens) {
        var added = new float[tokens * tokens];
        for (int i = 0; i < added.length; i++) {
            added[i] = i % tokens <= i / tokens ? 0 : UNSEEN;
        }
        try (var wide = manager.create(added, new Shape(tokens, tokens))) {
            return tensors.cast(manager, wide, inner);
        }
    }

    public TarFlowConfig config() {
        return config;
    }

    @Override
    public Patches patches() {
        return config.patches();
    }

    @Override
    public int blocks() {
        return config.blocks();
    }

    @Override
    public Inversion invert(float[] noise, int[] labels, Guidance guidance) {
        int values = patches().values();
        if (labels.length == 0 || noise.length != labels.length * values) {
            throw new IllegalArgumentException(
                    "noise must have %d values for each of %d labels, had %d"
                            .formatted(values, labels.length, noise.length));
        }
        float[] scaled = scaled(noise);
        float[] mix = shares(labels);
        return vector.map(flow -> flow.invert(scaled, mix, guidance))
                .orElseGet(() -> new TarFlowInversion(this, scaled, mix, guidance));
    }

    /** With the prior's variances. */
    private float[] scaled(float... noise) {
        float[] deviation = weights.deviation();
        var scaled = new float[noise.length];
        for (int i = 0; i < noise.length; i++) {
            scaled[i] = noise[i] * deviation[i % deviation.length];
        }
        return scaled;
    }

    @Override
    public List<Inversion.Change> sweepTogether(
            List<Inversion> inversions, List<Inversion.Run> runs) {
        return vector.isPresent()
                ? VectorFlow.sweepTogether(inversions, runs)
                : TarFlowInversion.sweepTogether(
                        inversions.stream().map(TarFlowInversion.class::cast).toList(), runs);
    }

    /**
     * What the flow makes of pictures.
     *
     * @param latents [pictures, tokens, tokenWidth]
     * @param logDeterminants of the map from picture to latents, divided by the picture's values,
     *     one per picture
     * @param loss {@code mean(z^2) / 2 - mean(logDeterminants)}: the negative log-likelihood per
     *     value in nats, less {@code log(2 pi) / 2}
     * @param outputs of each block, in the picture's order of tokens
     */
    @SuppressWarnings("ArrayRecordComponent") // as large as the pictures, read once
    public record Encoding(
            float[] latents, float[] logDeterminants, double loss, float[][] outputs) {}

    /** Maps pictures, [pictures, channels, side, side], to latents. */
    public Encoding encode(float[] pictures, int... labels) {
        return Likelihood.encode(this, pictures, labels);
    }

    @Override
    public float[] ahead(float[] picture, int label, List<Integer> blocks) {
        if (blocks.isEmpty()) {
            return picture.clone();
        }
        int[] labels = {label};
        try (var inversion = invert(asNoise(picture), labels, Guidance.NONE)) {
            var all = new Inversion.Run(0, 1, 0, patches().tokens() - 1);
            for (int block : blocks) {
                inversion.enter(block);
                inversion.sweep(all, AHEAD_LIMIT);
            }
            return inversion.picture(0);
        }
    }

    /** The noise that an inversion begins with if it is to begin with this picture. */
    private float[] asNoise(float... picture) {
        float[] deviation = weights.deviation();
        try (var scope = manager.newSubManager()) {
            float[] tokens = patches().cut(pictures(scope, picture)).toFloatArray();
            for (int i = 0; i < tokens.length; i++) {
                tokens[i] /= deviation[i];
            }
            return tokens;
        }
    }

    @Override
    public float[] denoised(float[] pictures, int[] labels, double multiple) {
        double rate = multiple * pictures.length * config.noise() * config.noise();
        float[] gradient = gradient(pictures, labels);
        var denoised = new float[pictures.length];
        for (int i = 0; i < denoised.length; i++) {
            denoised[i] = (float) (pictures[i] - rate * gradient[i]);
        }
        return denoised;
    }

    /** Gradient of the {@link Encoding#loss} with respect to the pictures, in their shape. */
    public float[] gradient(float[] pictures, int... labels) {
        return Likelihood.gradient(this, pictures, labels);
    }

    /** [n, channels, side, side]. */
    NDArray pictures(NDManager scope, float... pictures) {
        return Tensors.floats(
                scope,
                pictures,
                pictures.length / patches().values(),
                patches().channels(),
                patches().side(),
                patches().side());
    }

    /** Which class embeddings a picture's own is the sum of, [labels, max(1, classes)]. */
    NDArray mix(NDManager scope, int... labels) {
        return Tensors.floats(scope, shares(labels), labels.length, Math.max(1, config.classes()));
    }

    private float[] shares(int... labels) {
        int classes = Math.max(1, config.classes());
        var shares = new float[labels.length * classes];
        for (int i = 0; i < labels.length; i++) {
            if (labels[i] >= classes) {
                throw new IllegalArgumentException(
                        "label must be below %d, was %d".formatted(config.classes(), labels[i]));
            }
            if (labels[i] < 0) {
                Arrays.fill(shares, i * classes, (i + 1) * classes, 1f / classes);
            } else {
                shares[i * classes + labels[i]] = 1;
            }
        }
        return shares;
    }

    ElementType inner() {
        return inner;
    }

    Tensors tensors() {
        return tensors;
    }

    Script script() {
        return script;
    }

    TarFlowWeights weights() {
        return weights;
    }

    NDArray sight() {
        return sight;
    }

    /** Where everything lives that this model makes. */
    NDManager scope() {
        return manager;
    }

    @Override
    public void close() {
        manager.close();
    }
}
