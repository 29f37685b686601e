package dev.millrace.workers.text.kernels.vector;

import ai.djl.ndarray.NDManager;

import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.text.kernels.SharedWeights;
import dev.millrace.workers.text.model.DecoderTensors;
import dev.millrace.workers.text.model.DecoderTensors.Linear;
import dev.millrace.workers.text.model.DecoderTensors.Tensor;
import dev.millrace.workers.text.model.ModelDirectory;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A decoder's weights in main memory: matrices in the reading type, norms and biases as floats. */
@SuppressWarnings("ArrayRecordComponent") // filled once and read by index, never compared
record VectorWeights(
        Matrix embedding, List<Layer> layers, float[] finalNorm, Matrix head, long bytesPerToken) {

    /** One layer's; a bias or a norm that the architecture lacks is empty. */
    record Layer(
            float[] attentionNorm,
            Projection query,
            Projection key,
            Projection value,
            Projection output,
            float[] queryNorm,
            float[] keyNorm,
            float[] logScale,
            float[] mlpNorm,
            Projection gate,
            Projection up,
            Projection down) {}

    /** y = weight x + bias. */
    record Projection(Matrix weight, float[] bias) {}

    VectorWeights {
        layers = List.copyOf(layers);
    }

    /**
     * Copies a model's weights; what is loaded lives as long as {@code manager} and {@code arena}.
     */
    static VectorWeights load(
            NDManager manager,
            Arena arena,
            ModelDirectory model,
            WeightType type,
            SharedWeights shared) {
        return new Loader(manager, new Tensors(manager), arena, model, type, shared).load();
    }

    private static final class Loader {
        private final NDManager manager;
        private final Tensors tensors;
        private final Arena arena;
        private final ModelDirectory model;
        private final WeightType type;
        private final SharedWeights shared;
        private final Map<String, Matrix> matrices = new HashMap<>();

        Loader(
                NDManager manager,
                Tensors tensors,
                Arena arena,
                ModelDirectory model,
                WeightType type,
                SharedWeights shared) {
            this.manager = manager;
            this.tensors = tensors;
            this.arena = arena;
            this.model = model;
            this.type = type;
            this.shared = shared;
        }

        VectorWeights load() {
            var names = model.tensors();
            var layers = names.layers().stream().map(this::layer).toList();
            var embedding = matrix(names.embedding());
            var head = matrix(names.head());
            long read = head.bytes();
            for (var matrix : matrices.entrySet()) {
                boolean isEnd =
                        matrix.getKey().equals(names.embedding().name())
                                || matrix.getKey().equals(names.head().name());
                read += isEnd ? 0 : matrix.getValue().bytes();
            }
            return new VectorWeights(embedding, layers, floats(names.finalNorm()), head, read);
        }

        private Layer layer(DecoderTensors.Layer layer) {
            return new Layer(
                    floats(layer.attentionNorm()),
                    projection(layer.query()),
                    projection(layer.key()),
                    projection(layer.value()),
                    projection(layer.output()),
                    floats(layer.queryNorm()),
                    floats(layer.keyNorm()),
                    floats(layer.logScale()),
                    floats(layer.mlpNorm()),
                    projection(layer.gate()),
                    projection(layer.up()),
                    projection(layer.down()));
        }

        private Projection projection(Linear linear) {
            return new Projection(matrix(linear.weight()), floats(linear.bias()));
        }

        private float[] floats(Optional<Tensor> tensor) {
            return tensor.map(this::floats).orElse(new float[0]);
        }

        private float[] floats(Tensor tensor) {
            return model.weights().floats(tensor.name());
        }

        private Matrix matrix(Tensor tensor) {
            return matrices.computeIfAbsent(tensor.name(), _ -> load(tensor));
        }

        private Matrix load(Tensor tensor) {
            int outputs = Math.toIntExact(tensor.shape().getFirst());
            int inputs = Math.toIntExact(tensor.shape().getLast());
            return switch (type) {
                case F32 ->
                        new FloatMatrix(memory(manager, tensor, ElementType.F32), outputs, inputs);
                case BF16 ->
                        new BfloatMatrix(
                                memory(manager, tensor, ElementType.BF16), outputs, inputs);
                case INT8 -> {
                    try (var scope = manager.newSubManager()) {
                        var exact = memory(scope, tensor, ElementType.F32);
                        yield ByteMatrix.of(new FloatMatrix(exact, outputs, inputs), arena);
                    }
                }
            };
        }

        private MemorySegment memory(NDManager scope, Tensor tensor, ElementType as) {
            return shared.matrix(tensor.name(), as)
                    .orElseGet(() ->
                            Tensors.memory(
                                    tensors.load(scope, model.weights(), tensor.name(), as)));
        }
    }
}
