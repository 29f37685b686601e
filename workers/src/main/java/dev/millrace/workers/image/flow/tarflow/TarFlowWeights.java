package dev.millrace.workers.image.flow.tarflow;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;

import dev.millrace.workers.tensor.BadModelException;
import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Safetensors;
import dev.millrace.workers.tensor.Script;
import dev.millrace.workers.tensor.Tensors;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * A TarFlow's weights in memory, resident for as long as their manager.
 *
 * <p>The matrices of the layers are in the inner type, everything else is f32. None is an inference
 * tensor, through which libtorch refuses to differentiate.
 */
final class TarFlowWeights {
    private static final Set<ElementType> STORED =
            Set.of(ElementType.F32, ElementType.F16, ElementType.BF16);
    private static final String CAST =
            """
            def forward(self: __torch__.M, x: Tensor) -> Tensor:
              return torch.to(x, $type)
            """;

    private final TarFlowConfig config;
    private final NDManager manager;
    private final List<NDList> stored = new ArrayList<>();
    private final List<NDList> ordered = new ArrayList<>();
    private final List<NDList> packed = new ArrayList<>();
    private final NDList classes = new NDList();
    private final float[] deviation;

    /** Loads into {@code manager}, on its device. */
    TarFlowWeights(TarFlowConfig config, Safetensors files, NDManager manager, ElementType inner) {
        this.config = config;
        this.manager = manager;
        var packing = Packing.on(manager, inner);
        try (var cast = Script.compile(manager, cast(inner))) {
            for (int block = 0; block < config.blocks(); block++) {
                var weights = new NDList();
                for (var weight : config.block(block).entrySet()) {
                    var tensor = load(files, weight.getKey(), weight.getValue());
                    weights.add(
                            inner != ElementType.F32 && isInner(weight.getKey())
                                    ? narrowed(cast, tensor)
                                    : tensor);
                }
                stored.add(weights);
                ordered.add(inOrderOf(block, weights));
                packed.add(packing.map(one -> one.packAll(matrices(weights))).orElse(new NDList()));
                classes.add(classTable(files, block));
            }
        }
        this.deviation = deviation(files);
    }

    static String cast(ElementType type) {
        return CAST.replace("$type", Integer.toString(type.torch()));
    }

    /** Those of the layers. */
    private NDList matrices(NDList weights) {
        var matrices = new NDList();
        int layer = TarFlowScript.LAYER;
        for (int at = 3; at + layer <= weights.size(); at += layer) {
            for (int matrix : TarFlowScript.MATRICES) {
                matrices.add(weights.get(at + matrix));
            }
        }
        return matrices;
    }

    private static boolean isInner(String name) {
        return name.contains(".attn_blocks.") && !name.contains(".norm.");
    }

    private NDArray load(Safetensors files, String name, long... shape) {
        var entry = files.entry(name, shape);
        if (!STORED.contains(entry.type())) {
            throw new BadModelException(
                    entry.file(),
                    "tensor "
                            + name
                            + ": dtype must be one of "
                            + STORED
                            + ", was "
                            + entry.type());
        }
        return Tensors.floats(manager, files.floats(name), shape);
    }

    private static NDArray narrowed(Script cast, NDArray tensor) {
        try (tensor) {
            return cast.callDifferentiable(new NDList(tensor));
        }
    }

    /** The same, with the positions as the block's tokens are ordered. */
    private static NDList inOrderOf(int block, NDList weights) {
        var list = new NDList(weights);
        if (block % 2 == 1) {
            list.set(0, weights.getFirst().flip(0));
        }
        return list;
    }

    private NDArray classTable(Safetensors files, int block) {
        if (config.classes() == 0) {
            return manager.zeros(new Shape(1, config.width()), DataType.FLOAT32);
        }
        return load(files, TarFlowConfig.classEmbedding(block), config.classes(), 1, config.width())
                .reshape(config.classes(), config.width());
    }

    /** Square roots of the prior's variances; a file without them has a standard normal prior. */
    private float[] deviation(Safetensors files) {
        int tokens = config.patches().tokens();
        var roots = new float[tokens * config.tokenWidth()];
        if (!files.contains("var")) {
            Arrays.fill(roots, 1);
            return roots;
        }
        files.entry("var", tokens, config.tokenWidth());
        float[] variances = files.floats("var");
        for (int i = 0; i < roots.length; i++) {
            roots[i] = (float) Math.sqrt(variances[i]);
        }
        return roots;
    }

    /** A block's weights as {@link TarFlowScript} takes them. */
    NDList block(int index) {
        return ordered.get(index);
    }

    boolean isPacked() {
        return packed.stream().noneMatch(NDList::isEmpty);
    }

    /** A block's matrices as oneDNN reads them; if it is not used, something nobody reads. */
    NDList packed(int index) {
        return isPacked() ? packed.get(index) : ordered.get(index);
    }

    /** All blocks' weights, with positions as they are stored. */
    NDList all() {
        var all = new NDList();
        stored.forEach(all::addAll);
        return all;
    }

    /** Embeddings of each block, [max(1, classes), width]. */
    NDList classes() {
        return classes;
    }

    /** Standard deviations of the prior, [tokens, tokenWidth]. */
    float[] deviation() {
        return deviation.clone();
    }
}
