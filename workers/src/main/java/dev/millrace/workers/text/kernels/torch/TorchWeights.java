package dev.millrace.workers.text.kernels.torch;

import ai.djl.Device;
import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.Shape;

import dev.millrace.workers.tensor.ElementType;
import dev.millrace.workers.tensor.Tensors;
import dev.millrace.workers.text.kernels.SharedWeights;
import dev.millrace.workers.text.model.DecoderTensors;
import dev.millrace.workers.text.model.DecoderTensors.Linear;
import dev.millrace.workers.text.model.DecoderTensors.Tensor;
import dev.millrace.workers.text.model.ModelDirectory;

import java.lang.foreign.MemorySegment;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads a model's weights in the order its script takes them; norms stay f32, the rest is in the
 * computing type.
 */
final class TorchWeights implements SharedWeights {
    private final NDManager manager;
    private final Tensors tensors;
    private final ModelDirectory model;
    private final ElementType type;
    private final Map<String, Place> places = new HashMap<>();

    /** Where a matrix lies: in another one, from a row on. */
    private record Place(NDArray matrix, long firstRow, List<Long> shape) {}

    TorchWeights(NDManager manager, Tensors tensors, ModelDirectory model, ElementType type) {
        this.manager = manager;
        this.tensors = tensors;
        this.model = model;
        this.type = type;
    }

    NDList load() {
        var list = new NDList();
        var names = model.tensors();
        for (var layer : names.layers()) {
            for (var weight : LayerWeight.of(model.config())) {
                list.add(weight(weight, layer));
            }
        }
        var embedding = matrix(names.embedding());
        list.add(embedding);
        list.add(norm(names.finalNorm()));
        list.add(names.head().equals(names.embedding()) ? embedding : matrix(names.head()));
        return list;
    }

    private NDArray weight(LayerWeight weight, DecoderTensors.Layer layer) {
        return switch (weight) {
            case ATTENTION_NORM -> norm(layer.attentionNorm());
            case QKV -> rows(layer.query().weight(), layer.key().weight(), layer.value().weight());
            case QKV_BIAS -> rows(bias(layer.query()), bias(layer.key()), bias(layer.value()));
            case QUERY_NORM -> norm(present(layer.queryNorm()));
            case KEY_NORM -> norm(present(layer.keyNorm()));
            case LOG_SCALE ->
                    layer.logScale()
                            .map(this::norm)
                            .orElseGet(() -> manager.zeros(new Shape(model.config().heads())));
            case OUTPUT -> matrix(layer.output().weight());
            case OUTPUT_BIAS -> matrix(bias(layer.output()));
            case MLP_NORM -> norm(layer.mlpNorm());
            case GATE_UP -> rows(layer.gate().weight(), layer.up().weight());
            case DOWN -> matrix(layer.down().weight());
        };
    }

    private NDArray norm(Tensor tensor) {
        return tensors.load(manager, model.weights(), tensor.name(), ElementType.F32);
    }

    private NDArray matrix(Tensor tensor) {
        var matrix = tensors.load(manager, model.weights(), tensor.name(), type);
        places.put(tensor.name(), new Place(matrix, 0, tensor.shape()));
        return matrix;
    }

    @Override
    public Optional<MemorySegment> matrix(String name, ElementType as) {
        return Optional.ofNullable(places.get(name))
                .filter(place -> as == type && place.matrix().getDevice().equals(Device.cpu()))
                .map(this::memory);
    }

    private MemorySegment memory(Place place) {
        long rowBytes = place.shape().getLast() * type.bytes();
        return Tensors.memory(place.matrix())
                .asSlice(place.firstRow() * rowBytes, place.shape().getFirst() * rowBytes);
    }

    /** Stacks matrices that have the same input. */
    private NDArray rows(Tensor... parts) {
        try (var scope = manager.newSubManager()) {
            var list = new NDList();
            for (var part : List.of(parts)) {
                list.add(tensors.load(scope, model.weights(), part.name(), type));
            }
            var stacked = NDArrays.concat(list);
            stacked.attach(manager);
            long row = 0;
            for (var part : parts) {
                places.put(part.name(), new Place(stacked, row, part.shape()));
                row += part.shape().getFirst();
            }
            return stacked;
        }
    }

    private static Tensor bias(Linear linear) {
        return present(linear.bias());
    }

    private static Tensor present(Optional<Tensor> tensor) {
        return tensor.orElseThrow(() ->
                new IllegalStateException(
                        "the configuration promises a tensor that is not listed"));
    }
}
